package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a JVM held at one moment, in bytes.
 *
 * @param resident resident in memory
 * @param peak most that was resident so far
 * @param heap of the Java heap in use after the last collection
 * @param committed of the Java heap committed
 * @param buffers of direct and mapped buffers
 * @param blocks of Spark's blocks in memory, broadcasts above all
 * @param disk of Spark's blocks on disk
 */
record MemorySample(
    long resident, long peak, long heap, long committed, long buffers, long blocks, long disk) {
  /** What must not grow. */
  static final List<ToLongFunction<MemorySample>> KEPT =
      List.of(
          MemorySample::heap,
          MemorySample::offHeap,
          MemorySample::buffers,
          MemorySample::blocks,
          MemorySample::disk);

  /** Outside of the Java heap, all of which is touched (-XX:+AlwaysPreTouch). */
  long offHeap() {
    return resident - committed;
  }

  String line() {
    return "%d,%d,%d,%d,%d,%d,%d%n"
        .formatted(resident, peak, heap, committed, buffers, blocks, disk);
  }

  static List<MemorySample> read(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(MemorySample::parse).toList();
  }

  private static MemorySample parse(String line) {
    long[] v = Arrays.stream(line.split(",")).mapToLong(Long::parseLong).toArray();
    return new MemorySample(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);
  }
}
