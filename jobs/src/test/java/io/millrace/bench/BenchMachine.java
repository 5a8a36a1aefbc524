package io.millrace.bench;

import io.millrace.metrics.RunManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/** What the benchmarks ran on and with: date, CPU, versions, instruction set, threads. */
final class BenchMachine {
  private static final String PEERS =
      "import torch, PIL, cv2; print('PyTorch', torch.__version__, 'with',"
          + " torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, 'cpu') else"
          + " torch.__config__.show().split('CPU capability usage: ')[-1].splitlines()[0],"
          + " 'and one thread, Pillow', PIL.__version__, 'and OpenCV', cv2.__version__)";

  private BenchMachine() {}

  /** Lines of Markdown. */
  static String describe(String binary) throws IOException, InterruptedException {
    Map<String, String> versions = RunManifest.currentVersions();
    return """
        %s, %s, %d cores. Ours: DL4J and ND4J %s (`%s`), Spark %s, JDK %s, one OpenMP thread a replica.
        Peers: the same DL4J with the same binary and threads, %s.
        """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            cpu(),
            Runtime.getRuntime().availableProcessors(),
            versions.get("nd4j"),
            binary,
            versions.get("spark"),
            versions.get("jdk"),
            python());
  }

  private static String cpu() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse("unknown CPU");
  }

  private static String python() throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    Process process = new ProcessBuilder(python, "-c", PEERS).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? answer.trim() : "no PyTorch, Pillow or OpenCV at hand";
  }
}
