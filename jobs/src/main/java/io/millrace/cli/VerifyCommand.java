package io.millrace.cli;

import io.millrace.verify.VerifyJob;
import io.millrace.verify.VerifyReport;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: shows that W workers make the weights of one process. */
@Command(
    name = "verify",
    description =
        "Shows that workers under averaging make the weights of one process, on a small network of"
            + " its own. Takes exchange, wire, optimiser, decay, clipping and groups from the"
            + " config, and names what of it is not verified.")
final class VerifyCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Option(
      names = "--unweighted",
      description = "Average without weights, which is wrong: verify must then fail.")
  private boolean unweighted;

  @Override
  public Integer call() throws Exception {
    VerifyReport[] report = new VerifyReport[1];
    options.run(
        "verify",
        (spark, config) ->
            report[0] =
                VerifyJob.run(
                    JavaSparkContext.fromSparkContext(spark.sparkContext()), config, unweighted));
    report[0].lines().forEach(System.out::println);
    return report[0].passed() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
