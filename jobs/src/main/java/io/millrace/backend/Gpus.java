package io.millrace.backend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs of this JVM, asked of the driver's own tool: ND4J cannot load on one that its binaries
 * hold no code for, and dies in native code. Runs on executors.
 */
final class Gpus {
  private static final Logger LOG = LoggerFactory.getLogger(Gpus.class);

  /** Compute capability of the oldest GPU that the CUDA binaries hold machine code for. */
  private static final double OLDEST = 3.7;

  /** Of the newest that runs their code: that for 8.6 serves all later ones of major version 8. */
  private static final double NEWEST = 8.9;

  private static final List<String> QUERY =
      List.of("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader");

  private static volatile List<String> assigned = List.of();

  private Gpus() {}

  /** Takes these addresses as the only GPUs of this JVM; none means all that CUDA shows it. */
  static void assign(List<String> addresses) {
    assigned = List.copyOf(addresses);
  }

  /** Addresses assigned to this JVM, empty where nobody assigned any. */
  static List<String> assigned() {
    return assigned;
  }

  /**
   * Refuses GPUs that the CUDA binaries cannot run on.
   *
   * @throws IllegalStateException when the compute capability of one is not 3.7 to 8.9
   */
  static void check() {
    check(QUERY, assigned, System.getenv(Devices.VISIBLE));
  }

  /**
   * Looks at the GPUs assigned, else at those in {@code visible}, else at all of the machine.
   *
   * @param visible what CUDA_VISIBLE_DEVICES says, or null
   */
  static void check(List<String> query, List<String> assigned, String visible) {
    List<String> command = new ArrayList<>(query);
    String ids = assigned.isEmpty() && visible != null ? visible : String.join(",", assigned);
    if (!ids.isBlank()) {
      command.add("--id=" + ids);
    }
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
    String answer = line.substring(comma + 1).strip();
    double capability;
    try {
      capability = Double.parseDouble(answer);
    } catch (NumberFormatException e) {
      LOG.warn("Cannot tell the compute capability of GPU {}: {}", name, answer);
      return;
    }
    if (!(capability >= OLDEST && capability <= NEWEST)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot use GPU %s: compute capability %.1f (must be %.1f to %.1f)",
              name,
              capability,
              OLDEST,
              NEWEST));
    }
  }
}
