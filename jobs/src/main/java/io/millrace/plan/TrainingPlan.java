package io.millrace.plan;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.epoch.EpochShape;
import io.millrace.exchange.Cargo;
import io.millrace.model.ClassOutput;
import io.millrace.model.layers.NativePass;
import io.millrace.recipe.ResolvedRate;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        RecipeWords.loss(config.loss(), ClassOutput.of(network)),
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

  private long stateElements() {
    return config.optimizer().kind().stateVectors() * network.part().moving();
  }

  /** Whether the average is made on executors. */
  public boolean onExecutors() {
    return config.averaging().reduce().onExecutors(config.training().workers() * cargo().bytesUp());
  }

  /** Memory of an executor that runs {@code workers} workers. */
  public MemoryNeed executor(int workers) {
    MemoryNeed need = MemoryNeed.executor(workers, sizes());
    if (features != null) {
      need = need.plus(workers * features.block(), 0); // one that is being made
    }
    return teacher == null ? need : need.plus(teacher.heap(), workers * teacher.outside());
  }

  /** Memory of the driver. */
  public MemoryNeed driver() {
    MemoryNeed need = MemoryNeed.driver(sizes());
    return teacher == null ? need : need.plus(teacher.driverHeap(), 0);
  }

  private long stateBytes() {
    return Float.BYTES * stateElements();
  }

  /** Bytes that the driver remembers beside the vector that goes down, with their copies. */
  private long remembered() {
    var averaging = config.averaging();
    long wide = Double.BYTES * network.part().moving();
    long narrow = Float.BYTES * network.part().moving();
    return (averaging.exchange().updatesOnDriver() ? 2 * stateBytes() : 0)
        + 2 * wide * averaging.outer().vectors()
        + (2 * wide + narrow) * averaging.shadows().size();
  }

  /** Blocks of a window of each of a worker's shares. */
  private long windowBlocks() {
    return (long) config.shuffle().window() * (shape.shares() / shape.workers());
  }

  private MemoryNeed.Sizes sizes() {
    return new MemoryNeed.Sizes(
        Float.BYTES * network.parameters(),
        cargo().bytesDown(),
        stateBytes(),
        config.averaging().exchange().updatesOnDriver() ? 0 : stateBytes(),
        remembered(),
        activationBytes(),
        Float.BYTES * network.widest() * config.evaluation().batch(),
        Math.min(windowBlocks(), blocks) * (features == null ? largestBlock : features.block()));
  }

  /**
   * Outputs of a training minibatch. Native kernels of a narrow format hand them on as they are;
   * around those of fp32, rounded copies come to them, of one layer at a time.
   */
  private long activationBytes() {
    var training = config.training();
    boolean narrow = NativePass.isNative(training.fastPath(), training.precision());
    int bytes = narrow ? training.precision().bytes() : Float.BYTES;
    long rounded = training.precision().isFull() || narrow ? 0 : 2 * network.widest();
    return (bytes * kept() + Float.BYTES * rounded) * shape.largestMinibatch();
  }

  /** Outputs of an example that are kept; below what is trained two of the largest. */
  private long kept() {
    return network.isPart()
        ? Math.min(network.activations(), network.part().activations() + 2 * network.widest())
        : network.activations();
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
    var training = config.training();
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "data",
        "%s: %s, train in %s",
        config.dataset().path(),
        Counts.of(classes, "class"),
        Counts.of(blocks, "block"));
    line(lines, "splits", "train %,d, validation %,d, test %,d", data.toArray());
    line(
        lines,
        "network",
        "%s, %,d parameters, %,d activations an example",
        config.model().words(),
        network.parameters(),
        network.activations());
    if (network.isPart()) {
      line(
          lines,
          "trained",
          "%,d parameters; the rest is frozen: no gradient, no decay, no state, and does not travel",
          network.part().trained());
    }
    if (features != null) {
      line(lines, "features", "%s", features.words());
    }
    line(lines, "input", "%s", input);
    line(lines, "init", "%s", init);
    taken.forEach(each -> line(lines, "", "%s", each));
    line(lines, "augment", "%s", RecipeWords.augment(config));
    line(lines, "loss", "%s", loss);
    if (teacher != null) {
      line(lines, "teacher", "%s", teacher.words());
    }
    line(lines, "optimiser", "%s", RecipeWords.optimizer(config.optimizer()));
    groups.forEach(group -> line(lines, "group", "%s", group));
    line(
        lines,
        "global batch",
        "%,d = %s x %d%s",
        shape.globalBatch(),
        Counts.of(training.workers(), "worker"),
        training.batchPerWorker(),
        shape.globalBatch() > shape.rows() ? "; more than train has: lower it, or the rate" : "");
    line(
        lines,
        "updates",
        "%,d an epoch, %,d in %s",
        shape.updates(),
        rate.course().updates(),
        Counts.of(training.epochs(), "epoch"));
    line(lines, "precision", "%s", RecipeWords.precision(training));
    line(lines, "rounds", "%s", RoundWords.of(config.averaging().every(), shape, rate));
    line(lines, "rate", "peak %s", rate.derivation());
    config.divergence().words().ifPresent(words -> line(lines, "divergence", "%s", words));
    line(lines, "averaging", "%s", RecipeWords.averaging(config));
    line(
        lines,
        "bytes a round",
        "%s down and %s up for each worker; the %s is made on %s%s",
        megabytes(cargo().bytesDown()),
        megabytes(cargo().bytesUp()),
        config.averaging().exchange().updatesOnDriver() ? "sum" : "average",
        onExecutors() ? "executors" : "the driver",
        less());
    line(
        lines,
        "memory",
        "an executor of one worker %s; the driver %s",
        inWords(executor(1)),
        inWords(driver()));
    long examples = data.get(config.evaluation().split().ordinal());
    line(lines, "evaluation", "%s", RecipeWords.evaluation(config.evaluation(), examples));
    return lines;
  }

  /** What gradients would send less. */
  private String less() {
    var averaging = config.averaging();
    long gradients = Float.BYTES * network.part().moving();
    boolean may = averaging.every().isAlwaysOne() && averaging.outer().vectors() == 0;
    boolean less = may && cargo().bytesDown() > gradients;
    return less
        ? "; averaging.exchange: gradients would send %s each way".formatted(megabytes(gradients))
        : "";
  }

  private static String inWords(MemoryNeed need) {
    return "%s of heap and %s outside".formatted(megabytes(need.heap()), megabytes(need.outside()));
  }

  private static void line(List<String> lines, String name, String format, Object... values) {
    lines.add("%-14s ".formatted(name) + String.format(Locale.ROOT, format, values));
  }

  private static String megabytes(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
