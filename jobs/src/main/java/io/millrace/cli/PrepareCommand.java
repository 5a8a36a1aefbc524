package io.millrace.cli;

import io.millrace.prepare.PrepareJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code prepare}: a data lake's images into a prepared data set. */
@Command(name = "prepare", description = "Makes a prepared data set of a data lake's images.")
final class PrepareCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    return options.run(
        "prepare",
        (spark, config) -> PrepareJob.run(spark, config).lines().forEach(System.out::println));
  }
}
