package io.millrace.cli;

import io.millrace.run.TrainJob;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: plans, trains, leaves the run's folder. */
@Command(name = "train", description = "Trains a network on a prepared data set.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Option(
      names = "--resume",
      paramLabel = "auto|PATH",
      description = "Go on from the newest checkpoint of the run, if there is one, or from PATH.")
  private String resume;

  @Override
  public Integer call() throws Exception {
    return options.run(
        "train", (spark, config) -> TrainJob.run(spark, config, Optional.ofNullable(resume)));
  }
}
