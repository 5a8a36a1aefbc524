package io.millrace.metrics;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Where progress is written to: the standard error, where a shell's pipe does not take it for
 * results. Lives on the driver.
 *
 * @param out the stream
 * @param drawsOver whether a line can be drawn over; not so in a log file
 * @param columns characters of a line that does not wrap
 */
record Terminal(PrintStream out, boolean drawsOver, int columns) {
  static final int USUAL_COLUMNS = 80;
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** The standard error of this process, as it is now. */
  static Terminal here() {
    boolean terminal = isTerminal(STANDARD_ERROR);
    return new Terminal(System.err, terminal, terminal ? measured() : USUAL_COLUMNS);
  }

  /** {@code System.console} asks about input and output, and says yes to {@code 2> log}. */
  static boolean isTerminal(Path stream) {
    try {
      String target = Files.readSymbolicLink(stream).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false; // no such file system, so no terminal that is known
    }
  }

  private static int measured() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(STANDARD_ERROR.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      stty.waitFor(1, TimeUnit.SECONDS);
      int columns = Integer.parseInt(size.trim().replaceFirst(".* ", ""));
      return columns > 0 ? columns : USUAL_COLUMNS;
    } catch (IOException | NumberFormatException e) {
      return USUAL_COLUMNS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL_COLUMNS;
    }
  }
}
