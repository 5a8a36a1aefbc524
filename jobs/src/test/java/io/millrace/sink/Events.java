package io.millrace.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;

/** Event files, read by protobuf and the summaries of TensorFlow that ND4J brings. */
public final class Events {
  private Events() {}

  /**
   * An event.
   *
   * @param bytes of the whole message
   */
  public record Event(double time, long step, String version, Summary summary, byte[] bytes) {}

  /** The events of all files of a folder, in the order in which TensorBoard reads them. */
  public static List<Event> in(Path folder) throws IOException {
    List<Event> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each :
          files.filter(file -> file.toString().endsWith(".millrace")).sorted().toList()) {
        all.addAll(of(Files.readAllBytes(each)));
      }
    }
    return all;
  }

  /** The steps of the points of a tag, in the order of the files. */
  public static List<Long> steps(List<Event> events, String tag) {
    return events.stream()
        .filter(
            event ->
                event.summary().getValueList().stream().anyMatch(each -> each.getTag().equals(tag)))
        .map(Event::step)
        .toList();
  }

  static List<Event> of(byte[] file) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteBuffer left = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (left.hasRemaining()) {
      byte[] length = take(left, 8);
      check(length, left.getInt());
      byte[] event =
          take(left, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      check(event, left.getInt());
      events.add(event(event));
    }
    return events;
  }

  private static Event event(byte[] bytes) throws IOException {
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(bytes);
    List<Long> step = fields.getField(2).getVarintList();
    var version = fields.getField(3).getLengthDelimitedList();
    var summary = fields.getField(5).getLengthDelimitedList();
    return new Event(
        Double.longBitsToDouble(fields.getField(1).getFixed64List().get(0)),
        step.isEmpty() ? 0 : step.get(0),
        version.isEmpty() ? "" : version.get(0).toStringUtf8(),
        summary.isEmpty() ? Summary.getDefaultInstance() : Summary.parseFrom(summary.get(0)),
        bytes);
  }

  private static byte[] take(ByteBuffer from, int bytes) {
    byte[] taken = new byte[bytes];
    from.get(taken);
    return taken;
  }

  private static void check(byte[] bytes, int masked) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int rotated = masked - 0xa282ead8;
    if ((rotated >>> 17 | rotated << 15) != (int) crc.getValue()) {
      throw new IOException("checksum");
    }
  }
}
