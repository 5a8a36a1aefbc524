package io.millrace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A script of the benchmarks in a process of its own, {@code ${PYTHON:-python3}}, on one thread.
 */
final class PythonPeer {
  /**
   * glibc hands a large buffer that was freed back to the kernel, and the next one costs a fault a
   * page. On some virtual machines that takes longer than what is measured; our buffers stay, or
   * lie in large pages, as these do too.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OMP_NUM_THREADS", "1",
          "MALLOC_TRIM_THRESHOLD_", "8000000000",
          "MALLOC_MMAP_THRESHOLD_", "8000000000",
          "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

  private PythonPeer() {}

  /** Its command; the script, and those that it imports, are copied into the folder. */
  static ProcessBuilder of(Path folder, List<String> scripts, String... arguments)
      throws IOException {
    for (String name : scripts) {
      try (InputStream in = PythonPeer.class.getResourceAsStream("/bench/" + name)) {
        Files.copy(in, folder.resolve(name));
      }
    }
    List<String> command = new ArrayList<>();
    command.add(System.getenv().getOrDefault("PYTHON", "python3"));
    command.add("-B");
    command.add(folder.resolve(scripts.get(0)).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(ENVIRONMENT);
    return builder;
  }
}
