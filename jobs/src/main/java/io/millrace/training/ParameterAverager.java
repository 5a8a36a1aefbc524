package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.cluster.WorkTimes;
import io.millrace.epoch.FeedReport;
import io.millrace.epoch.RoundRdd;
import io.millrace.exchange.Averaging;
import io.millrace.exchange.DriverReduce;
import io.millrace.exchange.ExecutorReduce;
import io.millrace.recipe.Pace;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.ReplicaPool;
import io.millrace.replica.ReplicaSpec;
import io.millrace.wire.Measures;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds of a run: broadcast the master weights, train, average. Lives on the driver, which
 * holds the master weights, what Spark keeps of their broadcast, the new weights while they are
 * made, and of the workers in flight the slices that are averaged just now: 4 vectors at most. A
 * vector is parameters and optimiser state.
 */
final class ParameterAverager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterAverager.class);

  /** Times that a round is trained before what is gone from executors ends the run. */
  private static final int ATTEMPTS = 4;

  private static final String DESCRIPTION = "spark.job.description";

  private final JavaSparkContext spark;
  private final ReplicaSpec spec;
  private final Broadcast<byte[]> packedSpec;
  private final Pace pace;
  private final Master master;
  private final boolean weighted;
  private final Location[] locations;
  private final SameCompute compute = new SameCompute();
  private final FaultsConfig faults;
  private final WorkTimes times = new WorkTimes();
  private Broadcast<byte[][]> frozen;
  private long update;

  /**
   * The rounds of a run.
   *
   * @param pace says how large the steps are; null for the net's own updater
   * @param faults say how long a task may take
   * @param weighted false only to show that the weights matter
   */
  ParameterAverager(
      JavaSparkContext spark,
      ReplicaSpec spec,
      Pace pace,
      Master master,
      FaultsConfig faults,
      boolean weighted) {
    this.spark = spark;
    this.spec = spec;
    this.pace = pace;
    this.master = master;
    this.faults = faults;
    this.weighted = weighted;
    this.packedSpec = spark.broadcast(Packed.pack(spec));
    this.locations = new Location[spec.settings().workers()];
  }

  /** Starts from what the master has. */
  void start(long updatesDone) {
    this.update = updatesDone;
  }

  /** Sends what is not trained to the executors; null where all is. */
  void freeze(byte[][] weights) {
    if (frozen != null) {
      Broadcasts.destroy(frozen);
    }
    frozen = weights == null ? null : spark.broadcast(weights);
  }

  long update() {
    return update;
  }

  /** Holds the run to what an earlier stretch of it was computed with. */
  void expect(Compute earlier, boolean accepted) {
    compute.expect(earlier, accepted);
  }

  /** What the workers computed with; empty before the first round. */
  Optional<Compute> compute() {
    return compute.agreed();
  }

  /** Trains the rounds of one epoch from {@code first} on. */
  void train(RDD<DataSet> rdd, RoundRdd plan, int epoch, int first, RoundListener listener) {
    for (int round = first; round < plan.rounds(); round++) {
      listener.roundEnded(round(rdd, plan, round, epoch));
    }
  }

  private RoundReport round(RDD<DataSet> rdd, RoundRdd plan, int round, int epoch) {
    long start = System.nanoTime();
    Broadcast<byte[][]> down = spark.broadcast(master.vector());
    long broadcastNanos = System.nanoTime() - start;
    String described = spark.getLocalProperty(DESCRIPTION);
    try {
      spark.setJobDescription(
          "epoch %d, round %d of %d: train and average".formatted(epoch, round + 1, plan.rounds()));
      RoundOrder order = order(plan.updates(round), epoch);
      long limit = times.limit(faults, plan.updates(round));
      RoundTask task = new RoundTask(packedSpec, down, frozen, order, limit);
      Reduction reduction =
          reduce(() -> new RoundResults(spark.sc(), rdd, round, plan.workers(), task, locations));
      List<WorkerResult> results = reduction.results();
      int updates = check(results, round, epoch);
      times.took(Reduction.longest(results), updates);
      long merging = System.nanoTime();
      Measures read = merge(reduction, order, updates, round + 1 == plan.rounds());
      long end = System.nanoTime();
      FeedReport feed = FeedReport.sum(results.stream().map(WorkerResult::feed).toList());
      master.scaler().roundEnded(order, results, updates, feed.measures());
      countSetbacks(order, feed.measures());
      feed.measures()
          .add(read)
          .add(RoundReport.SCHEDULE, reduction.scheduleNanos())
          .add(RoundReport.AGGREGATE, reduction.aggregateNanos() + end - merging)
          .add(RoundReport.BROADCAST, broadcastNanos)
          .add(RoundReport.BYTES_DOWN, bytes(master.vector()), 1)
          .add(RoundReport.WALL, end - start);
      RoundReport report =
          new RoundReport(round, update, updates, order.rate(0), order.rate(updates - 1), feed);
      update += updates;
      return report;
    } finally {
      spark.setLocalProperty(DESCRIPTION, described);
      Broadcasts.destroy(down);
    }
  }

  /** Weights whose batch norms are measured anew by a share of an epoch's rounds. */
  WeightVector recalibrated(
      WeightVector weights, RDD<DataSet> rdd, RoundRdd plan, double share, int epoch) {
    return new Recalibration(
            packedSpec,
            frozen,
            spec.statistics(),
            locations,
            updates -> times.limit(faults, updates))
        .of(weights, rdd, plan, share, epoch);
  }

  private void countSetbacks(RoundOrder order, Measures measures) {
    int rollbacks = pace == null ? 0 : pace.setbacks().count();
    if (rollbacks > 0) {
      measures
          .add(RoundReport.ROLLBACKS, rollbacks, 1)
          .add(RoundReport.LEFT_OUT, order.leftOut().size());
    }
  }

  private RoundOrder order(int updates, int epoch) {
    if (pace == null) {
      return new RoundOrder(epoch, update, List.of());
    }
    long unmade = master.scaler().skippedUpdates() + pace.setbacks().before(update);
    long steps = spec.settings().averaging().stateLives() ? update - unmade : 0;
    return pace.order(epoch, update, updates, steps).scaled(master.scaler().factor());
  }

  private static long bytes(byte[][] slices) {
    return Arrays.stream(slices).mapToLong(each -> each.length).sum();
  }

  /** Trains and averages; anew when what a worker made is gone with its executor. */
  private Reduction reduce(Supplier<RoundResults> rounds) {
    for (int attempt = 1; ; attempt++) {
      RoundResults round = rounds.get();
      try {
        return reduction(round);
      } catch (UncheckedIOException e) {
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException(e.getMessage(), e);
        }
        LOG.warn("{}; the round is trained again", e.getMessage());
      } finally {
        SliceBlocks.drop(round.id());
      }
    }
  }

  private Reduction reduction(RoundResults round) {
    long start = System.nanoTime();
    List<WorkerResult> results =
        round.collectResults().stream()
            .map(packed -> Packed.unpack(packed, WorkerResult.class))
            .toList();
    long trained = System.nanoTime();
    Averaging averaging = averaging(round.id(), results);
    byte[][] average;
    if (averaging.shares().isEmpty()) {
      average = master.vector();
    } else {
      average =
          onExecutors()
              ? ExecutorReduce.average(spark, averaging)
              : DriverReduce.average(averaging);
    }
    return new Reduction(
        results,
        average,
        Math.max(0, trained - start - Reduction.longest(results)),
        System.nanoTime() - trained);
  }

  private Averaging averaging(int rdd, List<WorkerResult> results) {
    List<Averaging.Share> shares =
        WorkerResult.used(results).stream()
            .map(
                result ->
                    new Averaging.Share(result.worker(), result.examples(), result.location()))
            .toList();
    return new Averaging(
        spec.run(),
        rdd,
        shares,
        WeightCodec.slices(spec.cargo().elements()),
        spec.exchange(),
        spec.cargo().wire(),
        weighted);
  }

  private boolean onExecutors() {
    return spec.settings()
        .averaging()
        .reduce()
        .onExecutors(locations.length * spec.cargo().bytesUp());
  }

  /** Looks whether the results can be averaged; returns the updates of the round. */
  private int check(List<WorkerResult> results, int round, int epoch) {
    int updates = 0;
    for (WorkerResult result : results) {
      if (result.lost() != null) {
        throw DivergedException.of(
            "%s on worker %d in round %d of epoch %d"
                .formatted(result.lost().words(), result.worker(), round + 1, epoch + 1),
            result.lost().update());
      }
      compute.check(result);
      locations[result.worker()] = result.location();
      updates = Math.max(updates, result.updates());
    }
    return updates;
  }

  private Measures merge(Reduction reduction, RoundOrder order, int updates, boolean endsEpoch) {
    List<WorkerResult> used = WorkerResult.used(reduction.results());
    if (used.isEmpty()) {
      master.skip(order, updates, endsEpoch);
      return new Measures();
    }
    return master.merge(used, reduction.average(), order, updates, endsEpoch);
  }

  /** Lets go of what the cluster holds for this run; replicas of executors end with them. */
  @Override
  public void close() {
    Broadcasts.destroy(packedSpec);
    freeze(null);
    ReplicaPool.release(spec);
  }
}
