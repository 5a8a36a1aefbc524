package io.millrace.formats;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Files that mean harm, and what it costs to refuse them. */
public final class HostileFiles {
  /** Whether the code in one of them has run. */
  static boolean executed;

  private static final Configuration HADOOP = new Configuration();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HostileFiles() {}

  /** What runs when it is read. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      executed = true;
    }
  }

  /**
   * What a refusal costs.
   *
   * @param bytes allocated by the thread that refused
   */
  public record Cost(String reason, double seconds, long bytes) {}

  /** Writes them all, by what they are; {@code entries} is a million or so. */
  public static Map<String, Path> in(Path folder, int entries) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    CraftedZip gadget = CraftedZip.ofModel();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(new Gadget());
    gadget.entry("preprocessor.bin", bytes.toByteArray());
    files.put("a zip with a serialised gadget", gadget.write(folder.resolve("gadget.zip")));
    CraftedZip out = CraftedZip.ofModel();
    out.entry("../x", new byte[1]);
    files.put("a zip with an entry ../x", out.write(folder.resolve("out.zip")));
    CraftedZip twice = CraftedZip.ofModel();
    twice.entry("coefficients.bin", new byte[1]);
    files.put("a zip with a name twice", twice.write(folder.resolve("twice.zip")));
    CraftedZip many = CraftedZip.ofModel();
    for (int i = 0; i < entries; i++) {
      many.entry("e" + i, new byte[0]);
    }
    files.put("a zip with %,d entries".formatted(entries), many.write(folder.resolve("many.zip")));
    byte[] bomb = CraftedZip.bomb(10 << 10);
    files.put(
        "a zip that says it inflates to 4 GB", bomb(bomb, 0xffffffffL, folder.resolve("big.zip")));
    files.put("a zip that inflates to 10 GB", bomb(bomb, 137, folder.resolve("bomb.zip")));
    files.put("safetensors that overlap", tensors(folder, "over", "0,8", "4,12", 12));
    files.put("safetensors before the start", tensors(folder, "before", "-8,0", "0,8", 8));
    files.put(
        "safetensors far behind the end",
        tensors(folder, "behind", "0,8", "999999999999999992,1000000000000000000", 8));
    files.put(
        "safetensors beyond 64 bits",
        tensors(folder, "beyond", "0,8", "18446744073709551608,18446744073709551616", 8));
    files.put("safetensors whose header has 2^63 bytes", header(folder.resolve("h.safetensors")));
    return files;
  }

  private static Path bomb(byte[] deflated, long claim, Path path) throws IOException {
    CraftedZip zip = new CraftedZip();
    zip.entry("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    zip.entry("coefficients.bin", 8, deflated, claim, 0);
    return zip.write(path);
  }

  private static Path tensors(Path folder, String name, String first, String second, int data)
      throws IOException {
    String one = "\"%s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%s]}";
    String json = "{%s,%s}".formatted(one.formatted("x", first), one.formatted("y", second));
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text);
    return Files.write(folder.resolve(name + ".safetensors"), all.array());
  }

  private static Path header(Path path) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(path, all.putLong(Long.MAX_VALUE).array());
  }

  /** The cheapest of three refusals: the first one loads classes. */
  public static Cost refuse(Path file) {
    Cost least = null;
    for (int i = 0; i < 3; i++) {
      Cost cost = once(file.toString());
      boolean less = least == null || cost.seconds() < least.seconds();
      long bytes = least == null ? cost.bytes() : Math.min(cost.bytes(), least.bytes());
      least = new Cost(cost.reason(), less ? cost.seconds() : least.seconds(), bytes);
    }
    return least;
  }

  private static Cost once(String file) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    String reason;
    try {
      Object read =
          file.endsWith(".zip") ? ModelZip.read(HADOOP, file) : Safetensors.open(HADOOP, file);
      throw new AssertionError("read " + read);
    } catch (IOException e) {
      reason = e.getMessage();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Cost(reason, seconds, THREADS.getCurrentThreadAllocatedBytes() - bytes);
  }
}
