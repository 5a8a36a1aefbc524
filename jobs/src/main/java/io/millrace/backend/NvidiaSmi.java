package io.millrace.backend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's tool that tells of GPUs.
 *
 * @param command the tool, and what it is always told
 */
record NvidiaSmi(List<String> command) {
  private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmi.class);

  /** The one in PATH. */
  static NvidiaSmi here() {
    return new NvidiaSmi(List.of("nvidia-smi"));
  }

  /**
   * What it says of GPUs, a line each without units; empty, with a warning, where it cannot tell.
   *
   * @param fields as {@code nvidia-smi --help-query-gpu} names them, parted by commas
   * @param ids the GPUs by number or UUID; all of the machine where there are none
   */
  List<String> ask(String fields, List<String> ids) {
    List<String> words = new ArrayList<>(command);
    words.add("--query-gpu=" + fields);
    words.add("--format=csv,noheader,nounits");
    String id = String.join(",", ids);
    if (!id.isBlank()) {
      words.add("--id=" + id);
    }
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        return answer.lines().toList();
      }
      LOG.warn("Cannot tell the GPUs of this machine: {}", answer.strip());
    } catch (IOException e) {
      LOG.warn("Cannot tell the GPUs of this machine: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }
}
