package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.nightly.HistoryReport;
import io.millrace.nightly.RollbackJob;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rollback}: an earlier champion comes back to its place. It starts no Spark. */
@Command(
    name = "rollback",
    description = "Puts an earlier champion of a line back in its place, in one step.")
final class RollbackCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "YYYY-MM-DD",
      description =
          "The night whose model it was; the champion before the present one unless given.")
  private String to;

  @Option(names = "--why", paramLabel = "TEXT", description = "Why, for the history.")
  private String why = "asked for";

  @Override
  public Integer call() throws Exception {
    Optional<String> night =
        Optional.ofNullable(to).map(date -> Dates.parse("--to", date).toString());
    RunConfig config = options.lineFile().ofLine();
    var hadoop = SparkHadoopUtil.get().newConfiguration(Sessions.settings("rollback", config));
    try (StopSignals stop = new StopSignals("stopping")) {
      HistoryReport history = RollbackJob.run(config, night, why, command(), hadoop, stop);
      List<String> lines = history.lines();
      System.out.println(lines.get(lines.size() - 1));
    }
    return ExitCode.DONE;
  }

  private String command() {
    return String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
