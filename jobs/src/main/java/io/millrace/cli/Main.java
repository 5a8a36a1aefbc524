package io.millrace.cli;

import io.millrace.config.Suggestion;
import io.millrace.metrics.RunManifest;
import io.millrace.store.RedactedOutput;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Runs on the driver. */
@Command(
    name = "millrace",
    description = "Trains image classifiers with very large batches on Apache Spark.",
    subcommands = {
      PrepareCommand.class,
      PlanCommand.class,
      PreviewCommand.class,
      LrFindCommand.class,
      TrainCommand.class,
      SeriesCommand.class,
      FinetuneCommand.class,
      HistoryCommand.class,
      RollbackCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {
  /** What people put behind the command by mistake. */
  private static final Set<String> SPARK_FLAGS =
      Set.of(
          "--master",
          "--deploy-mode",
          "--conf",
          "--packages",
          "--jars",
          "--files",
          "--name",
          "--driver-memory",
          "--executor-memory",
          "--executor-cores",
          "--num-executors",
          "--total-executor-cores",
          "--properties-file",
          "--queue",
          "--driver-cores");

  private static final int JAVA = 17;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /** What is running, from what Maven wrote down. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var versions = RunManifest.currentVersions();
      return new String[] {
        "millrace %s, git revision %s"
            .formatted(versions.get("millrace"), versions.get("git_revision")),
        "Spark %s, DL4J %s, Java %s"
            .formatted(versions.get("spark"), versions.get("dl4j"), versions.get("jdk"))
      };
    }
  }

  /** Runs one command; a code other than 0 ends the JVM, which cluster managers report. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // figures and file names are the same in every country
    RedactedOutput.install();
    int code = run(args);
    if (code != ExitCode.DONE) {
      System.exit(code); // never exit(0): YARN counts it as a failure
    }
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    int java = Runtime.version().feature();
    if (java != JAVA) {
      System.err.printf(
          "error: Cannot run on Java %d (must be %d, as for Spark 3.5: set JAVA_HOME to a JDK %d)%n",
          java, JAVA, JAVA);
      return ExitCode.WRONG_USAGE;
    }
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::wrongUsage)
        .setExecutionStrategy(
            parsed -> {
              requireWords(parsed);
              return new CommandLine.RunLast().execute(parsed);
            })
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
        spec.commandLine(), "Missing command (one of " + commands(spec.commandLine()) + ")");
  }

  /** Nothing is called by an empty text, which is what a variable that is not set leaves. */
  private static void requireWords(ParseResult parsed) {
    for (ArgSpec each : parsed.matchedArgs()) {
      if (each.stringValues().contains("")) {
        String name = each instanceof OptionSpec option ? option.longestName() : each.paramLabel();
        throw new ParameterException(
            parsed.commandSpec().commandLine(),
            "Invalid %s: it is empty (must be %s)".formatted(name, each.paramLabel()));
      }
    }
    if (parsed.hasSubcommand()) {
      requireWords(parsed.subcommand());
    }
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    e.getCommandLine().getErr().println("error: " + words(e));
    return ExitCode.WRONG_USAGE;
  }

  private static String words(ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (e instanceof MissingParameterException) { // a misspelt flag is why another is missing
      return command.getUnmatchedArguments().stream()
          .filter(word -> word.startsWith("-"))
          .findFirst()
          .map(word -> words(new UnmatchedArgumentException(command, List.of(word))))
          .orElse(e.getMessage());
    }
    return e instanceof UnmatchedArgumentException unmatched ? words(unmatched) : e.getMessage();
  }

  private static String words(UnmatchedArgumentException unmatched) {
    CommandLine command = unmatched.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    if (unmatched.isUnknownOption() && SPARK_FLAGS.contains(word.replaceFirst("=.*", ""))) {
      return "Unknown option: '%s' (it is spark-submit's: give it before the command)"
          .formatted(word);
    }
    if (unmatched.isUnknownOption()) {
      return "Unknown option: '%s'%s"
          .formatted(word, didYouMean(word, command.getCommandSpec().optionsMap().keySet()));
    }
    var commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "Unknown argument: '%s' (%s takes flags alone; one command at a time)"
            .formatted(word, command.getCommandName())
        : "Unknown command: '%s'%s; commands are %s"
            .formatted(word, didYouMean(word, commands), commands(command));
  }

  private static String commands(CommandLine command) {
    return String.join(", ", command.getSubcommands().keySet());
  }

  private static String didYouMean(String word, Collection<String> known) {
    return Suggestion.of(word, known).map(" (did you mean %s?)"::formatted).orElse("");
  }
}
