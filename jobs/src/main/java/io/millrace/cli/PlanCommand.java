package io.millrace.cli;

import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.Speculation;
import io.millrace.config.RunConfig;
import io.millrace.plan.TrainingPlan;
import io.millrace.run.StagedSetup;
import io.millrace.run.TrainingSetup;
import io.millrace.run.TransferAdvice;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code plan}: prints what {@code train} would do and need, and refuses what cannot work. It asks
 * the data set and no cluster: nothing is started, and nothing is waited for; workers that only the
 * master at hand has no slots for are a warning, as runs of a cluster are planned elsewhere. With
 * {@code --simulate} it says what more executors would give.
 */
@Command(name = "plan", description = "Prints what train would do and need, and stops.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Mixin private SimulateOptions simulation;

  @Override
  public Integer call() throws Exception {
    simulation.check();
    RunConfig config = options.config();
    SparkConf conf = Sessions.settings("plan", config);
    var hadoop = SparkHadoopUtil.get().newConfiguration(conf);
    List<TrainingSetup> stages = StagedSetup.of(config, hadoop);
    List<TrainingPlan> plans = StagedSetup.plans(stages);
    StagedSetup.lines(stages, plans).forEach(System.out::println);
    if (simulation.isAsked()) {
      double memory = conf.getSizeAsBytes("spark.driver.memory", "1g");
      simulation.run(stages.get(0), hadoop, memory);
      return ExitCode.DONE;
    }
    System.out.printf(
        "%-14s %s%n", "speculation", Speculation.of(conf, config.training().workers()).words());
    plans.forEach(each -> each.check(conf));
    ClusterCheck.missingSlots(conf.get("spark.master"), config.training().workers())
        .ifPresent(words -> System.out.println("warning: train is refused here, with " + words));
    TransferAdvice.lines(stages.get(0), hadoop).forEach(System.out::println);
    return ExitCode.DONE;
  }
}
