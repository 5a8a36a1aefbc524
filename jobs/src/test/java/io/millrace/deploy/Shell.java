package io.millrace.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Commands of a shell, one after the other, in a folder. */
final class Shell {
  private final Map<String, String> environment;
  private final Path folder;

  /** In the project's folder. */
  Shell(Map<String, String> environment) {
    this(environment, Path.of("").toAbsolutePath());
  }

  Shell(Map<String, String> environment, Path folder) {
    this.folder = folder;
    this.environment = new HashMap<>(environment);
    this.environment.putIfAbsent("SPARK_LOCAL_IP", "127.0.0.1");
  }

  /**
   * How a command ended.
   *
   * @param command as it was given
   * @param code its exit code
   * @param out all that it said
   */
  record Said(String command, int code, String out) {
    boolean well() {
      return code == 0;
    }

    /** Its last line. */
    String last() {
      List<String> lines = out.lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  /** Runs a command to its end; daemons that it leaves behind are not waited for. */
  Said run(String command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("shell", ".out");
    try {
      Process process = start(command, out);
      int code = process.waitFor();
      return new Said(command, code, Files.readString(out, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
    }
  }

  /** Starts a command whose words go to a file. */
  Process start(String command, Path out) throws IOException {
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    bash.environment().putAll(environment);
    return bash.start();
  }
}
