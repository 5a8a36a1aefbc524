package io.millrace.cli;

import io.millrace.cluster.ClusterCheck;
import io.millrace.config.RunConfig;
import io.millrace.run.StagedSetup;
import io.millrace.run.TrainingSetup;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code plan}: prints what {@code train} would do and need, and refuses what cannot work. It asks
 * the data set and no cluster: nothing is started, and nothing is waited for.
 */
@Command(name = "plan", description = "Prints what train would do and need, and stops.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    RunConfig config = options.config();
    SparkConf conf = Sessions.settings("plan", config);
    List<TrainingSetup> stages =
        StagedSetup.of(config, SparkHadoopUtil.get().newConfiguration(conf));
    StagedSetup.lines(stages).forEach(System.out::println);
    stages.forEach(each -> each.plan().check(conf));
    ClusterCheck.localSlots(conf.get("spark.master"), config.training().workers());
    return ExitCode.DONE;
  }
}
