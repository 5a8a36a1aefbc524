package io.millrace.training;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Rounds of 16, 64 and 256 tasks on two slots: what the driver does for a task, and what it keeps
 * between rounds, stay as they are. Of the time of a round the driver's is what no slot was busy
 * in; of the heap, what is left after collections, when executors have dropped what they were told
 * to. The records that Spark itself keeps of tasks, for its pages, are not counted: at most {@code
 * spark.ui.retainedTasks}, here one.
 */
public final class WavesCheck implements Check {
  private static final int SLOTS = 2;
  private static final int ROUNDS = 4;
  private static final int BATCH = 2;
  private static final double MORE_TIME = 1.5;
  private static final double MORE_HEAP = 1.1;
  private static final int COLLECTIONS = 10;
  private static final long PAUSE_MILLIS = 300;
  private static final double NANOS = 1e9;

  /** What rounds of so many tasks came to. */
  private record Waves(int tasks, double wall, double perTask, double average, long heap) {}

  @Override
  public void run(CheckReport report) throws Exception {
    List<Waves> all = new ArrayList<>();
    SparkConf conf = Bench.conf().set("spark.ui.retainedTasks", "1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      ComputationGraph net = TrainBench.net();
      for (int tasks : new int[] {16, 64, 256, 16, 64, 256}) {
        Waves waves = train(spark, net, tasks);
        report.say(
            String.format(
                Locale.ROOT,
                "%3d tasks: a round %.2f s; driver %.2f ms a task, of that averaging %.2f ms; heap %.1f MB behind the last round",
                tasks,
                waves.wall(),
                1e3 * waves.perTask(),
                1e3 * waves.average(),
                waves.heap() / 1e6));
        all.add(waves);
      }
    }
    Waves few = all.get(4); // the first three warm up
    Waves many = all.get(5);
    report.count(
        ratio("driver's time a task, 256 tasks over 64", many.perTask() / few.perTask()),
        many.perTask() <= MORE_TIME * few.perTask());
    report.count(
        ratio("averaging a task, 256 tasks over 64", many.average() / few.average()),
        many.average() <= MORE_TIME * few.average());
    report.count(
        ratio("heap, 256 tasks over 64", (double) many.heap() / few.heap()),
        many.heap() <= MORE_HEAP * few.heap());
    report.count(
        ratio(
            "heap, 256 tasks for the second time over the first",
            (double) many.heap() / all.get(2).heap()),
        many.heap() <= MORE_HEAP * all.get(2).heap());
  }

  private static String ratio(String what, double value) {
    return String.format(Locale.ROOT, "%s: %.2f", what, value);
  }

  private static Waves train(JavaSparkContext spark, ComputationGraph net, int tasks)
      throws InterruptedException {
    try (TimedRounds rounds =
        new TimedRounds(spark, net, tasks, BATCH, 1, ROUNDS, WavesCheck::minibatch)) {
      rounds.train();
      rounds.forget();
      rounds.train();
      return new Waves(
          tasks,
          rounds.seconds(RoundReport.WALL),
          rounds.median(
                  each -> (each.sum(RoundReport.WALL) - each.sum(RoundReport.TASK) / SLOTS) / NANOS)
              / tasks,
          rounds.seconds(RoundReport.AGGREGATE) / tasks,
          heap());
    }
  }

  /** The least of some collections, as blocks are dropped by threads of their own. */
  private static long heap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      Thread.sleep(PAUSE_MILLIS);
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static DataSet minibatch(int worker) {
    return Minibatch.SAME;
  }

  private static final class Minibatch {
    static final DataSet SAME = TrainBench.random(BATCH);
  }
}
