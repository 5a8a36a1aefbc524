package io.millrace.formats;

import io.millrace.wire.WeightVector;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Zips that no tool writes, byte by byte. */
final class CraftedZip {
  private static final int MOST = 0xffff;

  final List<byte[]> directory = new ArrayList<>();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

  /** With the two entries that a model has to have. */
  static CraftedZip ofModel() throws IOException {
    CraftedZip zip = new CraftedZip();
    zip.entry("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    zip.entry("coefficients.bin", parameters(WeightVector.of(1, 2)));
    return zip;
  }

  static byte[] parameters(WeightVector values) throws IOException {
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    NdArrayFile.write(values, parameters);
    return parameters.toByteArray();
  }

  void entry(String name, byte[] stored) {
    CRC32 crc = new CRC32();
    crc.update(stored);
    entry(name, 0, stored, stored.length, crc.getValue());
  }

  void entry(String name, int method, byte[] data, long size, long crc) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer local = little(30 + text.length).putInt(0x04034b50).putShort((short) 20);
    local.putShort(8, (short) method).putInt(14, (int) crc).putInt(18, data.length);
    local.putInt(22, (int) size).putShort(26, (short) text.length).position(30).put(text);
    ByteBuffer central = little(46 + text.length).putInt(0x02014b50);
    central.putShort(10, (short) method).putInt(16, (int) crc).putInt(20, data.length);
    central.putInt(24, (int) size).putShort(28, (short) text.length).putInt(42, entries.size());
    directory.add(central.position(46).put(text).array());
    entries.writeBytes(local.array());
    entries.writeBytes(data);
  }

  /** One block of 1 MiB of zeros, deflated, as often as it takes. */
  static byte[] bomb(int blocks) {
    Deflater deflater = new Deflater(9, true);
    byte[] block = new byte[1 << 12];
    deflater.setInput(new byte[1 << 20]);
    int length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
    deflater.end();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < blocks; i++) {
      all.write(block, 0, length);
    }
    all.writeBytes(new byte[] {3, 0}); // the end
    return all.toByteArray();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  Path write(Path path) throws IOException {
    return write(path, directory.size());
  }

  /**
   * Writes it with a number of entries that may be a lie; beyond 65,535 with the long directory.
   */
  Path write(Path path, int count) throws IOException {
    int bytes = directory.stream().mapToInt(each -> each.length).sum();
    int start = entries.size();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
      entries.writeTo(out);
      for (byte[] each : directory) {
        out.write(each);
      }
      if (count > MOST) {
        ByteBuffer end = little(56 + 20).putInt(0x06064b50).putLong(4, 44);
        end.putShort(12, (short) 45).putShort(14, (short) 45).putLong(24, count);
        end.putLong(32, count).putLong(40, bytes).putLong(48, start);
        end.putInt(56, 0x07064b50).putLong(64, (long) start + bytes).putInt(72, 1);
        out.write(end.array());
      }
      short said = (short) Math.min(count, MOST);
      ByteBuffer end = little(22).putInt(0x06054b50).putShort(8, said).putShort(10, said);
      out.write(end.putInt(12, bytes).putInt(16, start).array());
    }
    return path;
  }
}
