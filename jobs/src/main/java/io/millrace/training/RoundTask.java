package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.epoch.FeedReport;
import io.millrace.epoch.MinibatchIterator;
import io.millrace.exchange.Averaging;
import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.Exchange;
import io.millrace.random.Keys;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.Replica;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaPool;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.WatchedUpdate;
import io.millrace.wire.Measures;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightCodec;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One worker's part of one round: a pure function of the broadcast weights, the minibatches and the
 * numbers in this record, so that a repeated attempt gives the same bytes. Runs on executors.
 *
 * @param spec the packed {@link ReplicaSpec}
 * @param weights master weights in slices, of what is trained
 * @param frozen weights of what is not, in slices; null where all is trained
 * @param order where the run is, and how large the steps are
 * @param limit how long it may take, in ns; 0 for ever
 */
record RoundTask(
    Broadcast<byte[]> spec,
    Broadcast<byte[][]> weights,
    Broadcast<byte[][]> frozen,
    RoundOrder order,
    long limit)
    implements WorkerTask {
  /** A task where all is trained. */
  RoundTask(Broadcast<byte[]> spec, Broadcast<byte[][]> weights, RoundOrder order) {
    this(spec, weights, null, order, 0);
  }

  /**
   * Trains worker {@code worker} on its minibatches, keeps its weights as blocks of {@code rdd} and
   * packs its result.
   */
  @Override
  public byte[] run(int rdd, int worker, Iterator<DataSet> minibatches, TaskContext context)
      throws Exception {
    long start = System.nanoTime();
    ReplicaSpec replicaSpec = Packed.unpack(spec.value(), ReplicaSpec.class);
    byte[][] master = weights.value();
    Compute compute = replicaSpec.compute();
    SliceBlocks.sweep(replicaSpec.run(), rdd);
    try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(replicaSpec)) {
      Training training = new Training(replicaSpec, lease.replica(), master, worker, compute);
      byte[][] slices =
          lease.call(net -> training.run(net, minibatches), context::isInterrupted, limit);
      for (int slice = 0; slice < slices.length; slice++) {
        SliceBlocks.put(
            replicaSpec.run(), rdd, Averaging.number(worker, slice, slices.length), slices[slice]);
      }
      return Packed.pack(training.result(minibatches, start));
    }
  }

  /** Gives a network what is not trained, which it keeps. */
  static void hold(ReplicaNetwork network, Broadcast<byte[][]> frozen) {
    if (frozen != null) {
      network.hold(frozen.id(), frozen.value());
    }
  }

  /** The work of one attempt; its figures are read when the replica's thread is done. */
  private final class Training {
    private static final int NAMED = 8;

    private final ReplicaSpec replicaSpec;
    private final Replica<?> replica;
    private final byte[][] master;
    private final int worker;
    private final Compute compute;
    private long examples;
    private int updates;
    private int skipped;
    private long skippedExamples;
    private int leftOut;
    private long leftOutExamples;
    private long bytesUp;
    private double lossSum;
    private long lossExamples;
    private WorkerResult.Lost lost;
    private long computeNanos;
    private long serialiseNanos;
    private long waitNanos;
    private float[][] statistics;
    private final Measures read = new Measures();

    Training(
        ReplicaSpec replicaSpec, Replica<?> replica, byte[][] master, int worker, Compute compute) {
      this.replicaSpec = replicaSpec;
      this.replica = replica;
      this.master = master;
      this.worker = worker;
      this.compute = compute;
    }

    byte[][] run(ReplicaNetwork network, Iterator<DataSet> minibatches) {
      long start = System.nanoTime();
      hold(network, frozen);
      network.load(master, order);
      serialiseNanos = System.nanoTime() - start;
      train(network, minibatches);
      long trained = System.nanoTime();
      boolean used = examples > skippedExamples + leftOutExamples;
      byte[][] slices = used ? upward(network.store()) : new byte[0][];
      serialiseNanos += System.nanoTime() - trained;
      return slices;
    }

    private void train(ReplicaNetwork network, Iterator<DataSet> minibatches) {
      while (lost == null && !replica.abandoned()) {
        long start = System.nanoTime();
        if (!minibatches.hasNext()) {
          waitNanos += System.nanoTime() - start;
          return;
        }
        DataSet minibatch = minibatches.next();
        long fed = System.nanoTime();
        waitNanos += fed - start;
        long update = order.firstUpdate() + updates;
        if (order.leftOut().contains(update)) {
          leaveOut(minibatch.numExamples());
          continue;
        }
        long key = Keys.of(replicaSpec.settings().seed(), update, worker);
        int unmade = skipped + leftOut;
        ReplicaNetwork.Step step = network.fit(minibatch, order, update, key, unmade, watched());
        computeNanos += System.nanoTime() - fed;
        count(step, minibatch, update);
      }
    }

    private void leaveOut(int n) {
      examples += n;
      updates++;
      leftOut++;
      leftOutExamples += n;
    }

    private void count(ReplicaNetwork.Step step, DataSet minibatch, long update) {
      int n = minibatch.numExamples();
      examples += n;
      updates++;
      if (step.skipped()) {
        skipped++;
        skippedExamples += n;
      }
      if (Double.isFinite(step.loss())) {
        lossSum += step.loss();
        lossExamples += n;
      } else if (!step.skipped()) {
        String words =
            "the loss of update %d%s".formatted(update, named(minibatch.getExampleMetaData()));
        lost = new WorkerResult.Lost(words, update);
      }
    }

    /** The first examples of a minibatch whose ids are known, for people. */
    private static String named(List<?> ids) {
      if (ids == null || ids.isEmpty() || !ids.stream().allMatch(Long.class::isInstance)) {
        return "";
      }
      String some =
          ids.stream().limit(NAMED).map("%016x"::formatted).collect(Collectors.joining(", "));
      int more = ids.size() - NAMED;
      return ", on examples %s%s,".formatted(some, more > 0 ? " and %d more".formatted(more) : "");
    }

    /** Reads the first update of a round that is measured here; null for all others. */
    private WatchedUpdate watched() {
      boolean here = updates == 0 && !replicaSpec.exchange().updatesOnDriver();
      int all = order.moments().size();
      return here && replicaSpec.settings().diagnostics().measures(order.firstUpdate(), all)
          ? new WatchedUpdate(master, read)
          : null;
    }

    private byte[][] upward(byte[][] slices) {
      Exchange exchange = replicaSpec.exchange();
      // Only the next update's loss would show what the last one did.
      if (lost == null && !WeightCodec.isFinite(slices, replicaSpec.parameters().length())) {
        long last = order.firstUpdate() + updates - 1;
        String words = exchange.updatesOnDriver() ? "the gradient of" : "a weight after";
        lost = new WorkerResult.Lost("%s update %d".formatted(words, last), last);
      }
      statistics = statistics(slices);
      for (int i = 0; i < slices.length; i++) {
        slices[i] = exchange.up(slices[i], master[i], replicaSpec.cargo().wire());
        bytesUp += slices[i].length;
      }
      return slices;
    }

    /** The running statistics that the worker has come to; of a gradient it is their step. */
    private float[][] statistics(byte[][] slices) {
      List<BatchStatistics> norms = replicaSpec.statistics();
      float[][] all = new float[norms.size()][];
      for (int i = 0; i < all.length; i++) {
        all[i] = new float[2 * norms.get(i).channels()];
        // Means and variances lie in a row.
        WeightCodec.get(slices, norms.get(i).mean(), all[i]);
        if (replicaSpec.exchange().updatesOnDriver()) {
          float[] before = new float[all[i].length];
          WeightCodec.get(master, norms.get(i).mean(), before);
          for (int j = 0; j < before.length; j++) {
            all[i][j] = before[j] - all[i][j];
          }
        }
      }
      return all;
    }

    WorkerResult result(Iterator<DataSet> minibatches, long start) {
      FeedReport feed = fed(minibatches);
      feed.measures()
          .add(read)
          .add(RoundReport.COMPUTE, computeNanos)
          .add(RoundReport.SERIALISE, serialiseNanos)
          .add(RoundReport.BYTES_UP, bytesUp, bytesUp == 0 ? 0 : 1)
          .add(RoundReport.TASK, System.nanoTime() - start);
      if (lossExamples > 0) {
        feed.measures().add(RoundReport.LOSS, lossSum, lossExamples);
      }
      if (leftOut > 0) {
        feed.measures().add(RoundReport.LEFT_OUT_EXAMPLES, leftOutExamples);
      }
      if (skipped > 0) {
        feed.measures()
            .add(RoundReport.OVERFLOWS, skipped)
            .add(RoundReport.OVERFLOWN, skippedExamples);
      }
      return new WorkerResult(worker, updates, lost, statistics, Location.here(), compute, feed);
    }

    private FeedReport fed(Iterator<DataSet> minibatches) {
      if (minibatches instanceof MinibatchIterator own) {
        return own.report();
      }
      FeedReport feed = FeedReport.of(examples);
      feed.measures().add(FeedReport.WAITING, waitNanos);
      return feed;
    }
  }
}
