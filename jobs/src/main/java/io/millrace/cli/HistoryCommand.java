package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.nightly.HistoryReport;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code history}: the nights of a line. It starts no Spark. */
@Command(name = "history", description = "Prints what became of the nights of a line.")
final class HistoryCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    RunConfig config = options.lineFile().ofLine();
    var hadoop = SparkHadoopUtil.get().newConfiguration(Sessions.settings("history", config));
    HistoryReport.of(config, hadoop).lines().forEach(System.out::println);
    return ExitCode.DONE;
  }
}
