package io.millrace.build;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Every command of README.md, as it stands there, one after the other in a copy of the project that
 * has no output yet: {@code deploy/check readme}. Each has to end well.
 *
 * <p>The copy shares the files of this one, what is built included, so that the commands build only
 * what is missing.
 */
public final class ReadmeCheck implements Check {
  /** Not again from in here: the gate runs the samples of all checks. */
  private static final Set<String> LEFT_OUT = Set.of("mvn -B verify");

  @Override
  public void run(CheckReport report) throws IOException, InterruptedException {
    try (ProjectCopy copy = ProjectCopy.make()) {
      for (String command : commands(Files.readString(Path.of("README.md")))) {
        long start = System.nanoTime();
        int code = bash(copy.folder(), command);
        report.count(
            "%s: exit code %d, %d s"
                .formatted(command, code, (System.nanoTime() - start) / 1_000_000_000),
            code == 0);
      }
    }
  }

  /** Lines of the blocks of shell, without what they say for people. */
  static List<String> commands(String page) {
    return new Guide(Path.of("README.md"), page)
        .blocks("sh").stream()
            .flatMap(String::lines)
            .map(line -> line.replaceFirst("\\s+#.*", ""))
            .filter(line -> !line.isBlank() && !LEFT_OUT.contains(line))
            .toList();
  }

  private static int bash(Path folder, String command) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-euo", "pipefail", "-c", command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start()
        .waitFor();
  }
}
