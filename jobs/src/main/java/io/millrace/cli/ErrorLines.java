package io.millrace.cli;

import io.millrace.config.ConfigException;
import io.millrace.store.Redaction;
import io.millrace.store.WrongInputException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/**
 * What a failure says to its user: one line of the error that started it, without Spark's wrapping.
 *
 * @param lines one line; a config has one for each problem
 * @param exitCode 2 where the input is at fault, else 1
 */
record ErrorLines(List<String> lines, int exitCode) {
  private static final Pattern LOST_TASK =
      Pattern.compile("Lost task [^\\n]*?\\(TID \\d+\\) \\([^)]*\\): ([^\\n]+)");
  private static final Pattern CLASS_NAME =
      Pattern.compile("^(?:[a-z]\\w*\\.)+([A-Z][\\w$]*)(?:: |$)");

  private static final Set<String> INPUT_AT_FAULT =
      Set.of("IllegalArgumentException", "WrongInputException");

  static ErrorLines of(Throwable failure) {
    Throwable error = unwrap(failure);
    if (error instanceof ConfigException config) {
      return new ErrorLines(config.problems(), ExitCode.WRONG_USAGE);
    }
    String message = error.getMessage();
    Optional<String> connector = MissingConnector.words(error);
    if (connector.isPresent()) {
      return new ErrorLines(List.of(connector.get()), ExitCode.WRONG_USAGE);
    }
    if (error.getCause() instanceof UnknownHostException host) {
      String line = "Cannot reach host %s: nobody knows it here (mistyped?)";
      return new ErrorLines(List.of(line.formatted(host.getMessage())), ExitCode.WRONG_USAGE);
    }
    if (error instanceof SparkException && message != null) {
      return fromTask(message);
    }
    boolean ours =
        error instanceof IllegalArgumentException
            || error instanceof IllegalStateException
            || error instanceof java.io.IOException;
    String line = message == null ? "" : firstLine(message);
    String name = error.getClass().getSimpleName();
    if (line.contains("No space left on device")) {
      line += " (make room, then run the command again: what was whole before is whole still)";
    }
    String text = line.isEmpty() ? name : ours ? line : name + ": " + line;
    boolean input =
        error instanceof IllegalArgumentException || error instanceof WrongInputException;
    int code = input ? ExitCode.WRONG_USAGE : ExitCode.FAILED;
    return new ErrorLines(List.of(text), code);
  }

  void print(PrintWriter out) {
    lines.forEach(line -> out.println("error: " + Redaction.of(line)));
    out.flush();
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable error = failure;
    while (error.getCause() != null && error.getCause() != error && isWrapper(error)) {
      error = error.getCause();
    }
    return error;
  }

  private static boolean isWrapper(Throwable error) {
    return error instanceof SparkException
        || error instanceof ExecutionException
        || error instanceof CompletionException
        || error instanceof InvocationTargetException
        || error instanceof java.io.UncheckedIOException
        || error.getClass() == RuntimeException.class;
  }

  /** The error of a task whose exception could not travel stands in the text of Spark's message. */
  private static ErrorLines fromTask(String message) {
    Matcher lost = LOST_TASK.matcher(message);
    String line = firstLine(lost.find() ? lost.group(1) : message);
    Matcher name = CLASS_NAME.matcher(line);
    if (!name.find()) {
      return new ErrorLines(List.of(line), ExitCode.FAILED);
    }
    String rest = line.substring(name.end());
    boolean input = INPUT_AT_FAULT.contains(name.group(1));
    return new ErrorLines(
        List.of(rest.isEmpty() ? name.group(1) : rest),
        input ? ExitCode.WRONG_USAGE : ExitCode.FAILED);
  }

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}
