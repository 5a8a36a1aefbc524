package io.millrace.sink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: a record for each event, {@code length (8 bytes), its checksum (4),
 * event, its checksum (4)}, little-endian. A checksum is {@code ((c >>> 15) | (c << 17)) +
 * 0xa282ead8} of a CRC-32C c. Events, and the numbers of their fields, are those of TensorFlow's
 * {@code event.proto} and {@code summary.proto}; the first one says the version of the format.
 *
 * <p>Source: TensorFlow, "TFRecord and tf.train.Example", section "TFRecords format details".
 */
final class EventFile {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK = 0xa282ead8;
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HISTOGRAM = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A file of no points. */
  EventFile(Instant made) {
    record(new ProtoBytes().number(WALL_TIME, seconds(made)).text(FILE_VERSION, VERSION).toBytes());
  }

  /** Adds numbers by their tags; those that are not finite are left out. */
  void scalars(Instant time, long step, Map<String, Double> values) {
    ProtoBytes summary = new ProtoBytes();
    values.forEach(
        (tag, value) -> {
          if (Double.isFinite(value)) {
            summary.message(VALUE, tagged(tag).single(SIMPLE_VALUE, value.floatValue()));
          }
        });
    event(time, step, summary);
  }

  /** Adds a histogram. */
  void histogram(Instant time, long step, String tag, ProtoBytes histogram) {
    ProtoBytes value = tagged(tag).message(HISTOGRAM, histogram);
    event(time, step, new ProtoBytes().message(VALUE, value));
  }

  /** Adds pictures as one. */
  void picture(Instant time, long step, String tag, PictureGrid grid) {
    ProtoBytes image =
        new ProtoBytes()
            .whole(1, grid.height())
            .whole(2, grid.width())
            .whole(3, grid.channels())
            .bytes(4, grid.png());
    event(time, step, new ProtoBytes().message(VALUE, tagged(tag).message(IMAGE, image)));
  }

  /** The file. */
  byte[] toBytes() {
    return out.toByteArray();
  }

  private static ProtoBytes tagged(String tag) {
    return new ProtoBytes().text(TAG, tag);
  }

  private void event(Instant time, long step, ProtoBytes summary) {
    ProtoBytes event = new ProtoBytes().number(WALL_TIME, seconds(time)).whole(STEP, step);
    record(event.message(SUMMARY, summary).toBytes());
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private void record(byte[] event) {
    byte[] length = little(Long.BYTES).putLong(event.length).array();
    out.writeBytes(length);
    out.writeBytes(little(Integer.BYTES).putInt(checksum(length)).array());
    out.writeBytes(event);
    out.writeBytes(little(Integer.BYTES).putInt(checksum(event)).array());
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
