package io.millrace.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of the project that has no output yet, as somebody has it who just came. It shares the
 * files of this one, what is built included, so that commands build only what is missing.
 *
 * @param folder where it is
 */
public record ProjectCopy(Path folder) implements AutoCloseable {
  /** Makes one of the project in the working folder. */
  public static ProjectCopy make() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("project");
    if (bash("cp -al $(ls -A | grep -vxE 'out|[.]git') " + folder + "/") != 0) {
      throw new IOException("Cannot copy the project to " + folder);
    }
    return new ProjectCopy(folder);
  }

  private static int bash(String command) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-euo", "pipefail", "-c", command)
        .inheritIO()
        .start()
        .waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    bash("rm -rf " + folder);
  }
}
