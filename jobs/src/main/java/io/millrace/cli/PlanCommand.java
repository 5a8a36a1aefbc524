package io.millrace.cli;

import io.millrace.plan.TrainingPlan;
import io.millrace.run.TrainingSetup;
import io.millrace.training.ClusterCheck;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code plan}: prints what {@code train} would do and need, and refuses what cannot work. */
@Command(name = "plan", description = "Prints what train would do and need, and stops.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    return options.run(
        "plan",
        (spark, config) -> {
          TrainingSetup setup =
              TrainingSetup.of(config, spark.sparkContext().hadoopConfiguration());
          TrainingPlan plan = setup.plan();
          plan.lines().forEach(System.out::println);
          plan.check(spark.sparkContext().getConf());
          ClusterCheck.awaitSlots(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              config.training().workers(),
              Duration.ofSeconds(config.training().startTimeout()));
        });
  }
}
