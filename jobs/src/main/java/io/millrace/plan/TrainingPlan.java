package io.millrace.plan;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.epoch.EpochShape;
import io.millrace.exchange.Cargo;
import io.millrace.model.ClassOutput;
import io.millrace.recipe.ResolvedRate;
import java.util.List;
import org.apache.spark.SparkConf;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * What a run will do and what it will need; {@code plan} prints it and stops, {@code train} prints
 * it and goes on. Lives on the driver.
 *
 * @param config the resolved config
 * @param data examples of train, validation and test, in this order
 * @param classes classes
 * @param blocks blocks of train
 * @param largestBlock bytes of the largest of them
 * @param shape examples and updates of an epoch
 * @param rate the learning rate
 * @param network the network's size
 * @param input what the network is fed with, in words
 * @param loss what it minimises, in words
 * @param init how its weights start, in words
 * @param taken what the network takes of a file of weights, in words; empty without one
 * @param groups parameters trained in ways of their own, in words
 * @param teacher what a teacher needs; null without one
 * @param features what is kept of examples; null where images are fed
 */
public record TrainingPlan(
    RunConfig config,
    List<Long> data,
    int classes,
    long blocks,
    long largestBlock,
    EpochShape shape,
    ResolvedRate rate,
    NetworkSize network,
    String input,
    String loss,
    String init,
    List<String> taken,
    List<String> groups,
    TeacherNeed teacher,
    FeatureNeed features) {
  /**
   * The plan of a config on its data set.
   *
   * @param size how large the network is, and what of it is trained
   * @param words what the network is fed with
   * @param taken what it takes of a file of weights, in words; empty without one
   * @param groups parameters trained in ways of their own, in words
   * @param teacher what a teacher needs; null without one
   */
  public static TrainingPlan of(
      RunConfig config,
      PreparedDataset data,
      EpochShape shape,
      ResolvedRate rate,
      ComputationGraphConfiguration network,
      NetworkSize size,
      String words,
      List<String> taken,
      List<String> groups,
      TeacherNeed teacher) {
    List<Block> blocks = data.blocks(Split.TRAIN);
    return new TrainingPlan(
        config,
        List.of(data.rows(Split.TRAIN), data.rows(Split.VALIDATION), data.rows(Split.TEST)),
        data.classes().size(),
        blocks.size(),
        blocks.stream().mapToLong(Block::bytes).max().orElse(0),
        shape,
        rate,
        size,
        words,
        LossWords.of(config.loss(), ClassOutput.of(network)),
        RecipeWords.init(config, network),
        taken,
        groups,
        teacher,
        null);
  }

  /** The same where executors keep features. */
  public TrainingPlan keeping(FeatureNeed need) {
    return new TrainingPlan(
        config,
        data,
        classes,
        blocks,
        largestBlock,
        shape,
        rate,
        network,
        input,
        loss,
        init,
        taken,
        groups,
        teacher,
        need);
  }

  /** What travels in a round. */
  public Cargo cargo() {
    return Cargo.of(config.averaging(), network.part().moving(), stateElements());
  }

  /** Elements of the optimiser's state of what moves. */
  long stateElements() {
    return config.optimizer().kind().stateVectors() * network.part().moving();
  }

  /** Whether the average is made on executors. */
  public boolean onExecutors() {
    return config.averaging().reduce().onExecutors(config.training().workers() * cargo().bytesUp());
  }

  /** Memory of an executor that runs {@code workers} workers. */
  public MemoryNeed executor(int workers) {
    return new PlannedMemory(this).executor(workers);
  }

  /** Memory of the driver. */
  public MemoryNeed driver() {
    return new PlannedMemory(this).driver();
  }

  /**
   * Refuses what cannot work.
   *
   * @throws IllegalArgumentException naming the first thing that cannot
   */
  public void check(SparkConf spark) {
    int workers = config.training().workers();
    if (data.get(0) < workers) {
      throw new IllegalArgumentException(
          "Invalid training.workers: %d (must be <= examples of train, %d)"
              .formatted(workers, data.get(0)));
    }
    if (classes < 2) {
      throw new IllegalArgumentException(
          "Cannot train on %s: it has %d class, two are the least"
              .formatted(config.dataset().path(), classes));
    }
    boolean local = spark.get("spark.master", "local").matches("local(\\[.*)?");
    if (local) {
      String one = ", whose driver and workers are one JVM here";
      refuseBelow(spark, "driver", driver().with(executor(workers)), one);
    } else {
      refuseBelow(spark, "driver", driver(), "");
      refuseBelow(spark, "executor", executor(1), "");
    }
  }

  /** JavaCPP lets a JVM take twice its heap in all. */
  private static void refuseBelow(SparkConf spark, String jvm, MemoryNeed need, String why) {
    String key = "spark." + jvm + ".memory";
    long bytes = Math.max(need.heap(), (need.heap() + need.outside()) / 2);
    if (bytes > spark.getSizeAsBytes(key, "1g")) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be >= %dm for this plan%s: give it before the command, --%s-memory %dm)"
              .formatted(
                  key, spark.get(key, "1g"), (bytes >> 20) + 1, why, jvm, (bytes >> 20) + 1));
    }
  }

  /** The plan in lines for the terminal. */
  public List<String> lines() {
    return new PlanWords(this).lines();
  }
}
