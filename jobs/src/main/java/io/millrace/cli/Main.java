package io.millrace.cli;

import io.millrace.config.Suggestion;
import java.util.Collection;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Runs on the driver. */
@Command(
    name = "millrace",
    description = "Trains image classifiers with very large batches on Apache Spark.",
    subcommands = {
      PrepareCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      VerifyCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    version = "millrace 0.1.0")
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /** Runs one command; a code other than 0 ends the JVM, which cluster managers report. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // figures and file names are the same in every country
    int code = run(args);
    if (code != ExitCode.DONE) {
      System.exit(code); // never exit(0): YARN counts it as a failure
    }
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::wrongUsage)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              ErrorLines lines = ErrorLines.of(e);
              lines.print(command.getErr());
              if (command.getParseResult().matchedOptionValue("-v", false)) {
                e.printStackTrace(command.getErr());
              }
              return lines.exitCode();
            })
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command (one of " + String.join(", ", spec.subcommands().keySet()) + ")");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    e.getCommandLine().getErr().println("error: " + words(e));
    return ExitCode.WRONG_USAGE;
  }

  private static String words(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage();
    }
    CommandLine command = e.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    if (unmatched.isUnknownOption()) {
      return "Unknown option: '%s'%s"
          .formatted(word, didYouMean(word, command.getCommandSpec().optionsMap().keySet()));
    }
    var commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "Unknown argument: '%s'".formatted(word)
        : "Unknown command: '%s'%s; commands are %s"
            .formatted(word, didYouMean(word, commands), String.join(", ", commands));
  }

  private static String didYouMean(String word, Collection<String> known) {
    return Suggestion.of(word, known).map(" (did you mean %s?)"::formatted).orElse("");
  }
}
