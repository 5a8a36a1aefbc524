package io.millrace.backend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs of this machine, asked of the driver's own tool: ND4J cannot load on one that its
 * binaries hold no code for, and dies in native code. Runs on executors.
 */
final class Gpus {
  private static final Logger LOG = LoggerFactory.getLogger(Gpus.class);

  /** Compute capability of the newest GPU that the CUDA binaries hold machine code for. */
  private static final double NEWEST = 8.6;

  private static final List<String> QUERY =
      List.of("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader");

  private Gpus() {}

  /**
   * Refuses GPUs that the CUDA binaries cannot run on.
   *
   * @throws IllegalStateException when one is newer than compute capability 8.6
   */
  static void check() {
    check(QUERY);
  }

  static void check(List<String> query) {
    try {
      Process process = new ProcessBuilder(query).redirectErrorStream(true).start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        LOG.warn("Cannot tell the GPUs of this machine: {}", answer.strip());
        return;
      }
      answer.lines().forEach(Gpus::checkLine);
    } catch (IOException e) {
      LOG.warn("Cannot tell the GPUs of this machine: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void checkLine(String line) {
    int comma = line.lastIndexOf(',');
    String name = line.substring(0, Math.max(0, comma)).strip();
    double capability = Double.parseDouble(line.substring(comma + 1).strip());
    if (!(capability <= NEWEST)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot use GPU %s: compute capability %.1f (must be <= %.1f)",
              name,
              capability,
              NEWEST));
    }
  }
}
