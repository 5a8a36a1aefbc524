package io.millrace.evaluate;

import io.millrace.replica.Replica;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Scores the blocks of one partition. Runs on executors. */
final class ScoringTask extends AbstractFunction2<TaskContext, Iterator<int[]>, byte[][]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final String weightsName = UUID.randomUUID().toString();
  private final Broadcast<byte[]> spec;
  private final Broadcast<byte[][]> weights;

  private ScoringTask(Broadcast<byte[]> spec, Broadcast<byte[][]> weights) {
    this.spec = spec;
    this.weights = weights;
  }

  /**
   * Scores all blocks in so many tasks.
   *
   * @param scored is given the number of examples of each task that ends
   * @return the outcomes of each block, in their order
   */
  static SortedMap<Integer, List<Outcome>> run(
      JavaSparkContext spark,
      Broadcast<byte[]> spec,
      Broadcast<byte[][]> weights,
      int blocks,
      int tasks,
      IntConsumer scored) {
    List<int[]> ranges = ranges(blocks, tasks);
    RDD<int[]> shares = spark.parallelize(ranges, tasks).rdd();
    List<Object> all = IntStream.range(0, tasks).<Object>mapToObj(task -> task).toList();
    SortedMap<Integer, List<Outcome>> outcomes = new TreeMap<>();
    Collector collector = new Collector(ranges, outcomes, scored);
    ClassTag<byte[][]> tag = ClassTag$.MODULE$.apply(byte[][].class);
    spark
        .sc()
        .runJob(
            shares,
            new ScoringTask(spec, weights),
            JavaConverters.asScalaBuffer(all).toSeq(),
            collector,
            tag);
    return outcomes;
  }

  /** Blocks in as equal shares as they go: for each task its first, and that of the next one. */
  static List<int[]> ranges(int blocks, int tasks) {
    return IntStream.range(0, tasks)
        .mapToObj(t -> new int[] {share(t, tasks, blocks), share(t + 1, tasks, blocks)})
        .toList();
  }

  private static int share(int task, int tasks, int blocks) {
    return (int) ((long) task * blocks / tasks);
  }

  @Override
  public byte[][] apply(TaskContext context, Iterator<int[]> share) {
    int[] blocks = share.next();
    EvaluationSpec unpacked = Packed.unpack(spec.value(), EvaluationSpec.class);
    byte[][] master = weights.value();
    try (ReplicaPool.Lease<Scorer> lease = ReplicaPool.lease(unpacked.network())) {
      return lease.call(
          scorer -> score(scorer, unpacked, master, blocks, lease.replica()),
          context::isInterrupted,
          unpacked.faults());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Evaluation was interrupted", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot evaluate: " + e.getMessage(), e);
    }
  }

  private byte[][] score(
      Scorer scorer, EvaluationSpec spec, byte[][] master, int[] blocks, Replica<?> replica)
      throws IOException {
    scorer.load(weightsName, master);
    byte[][] scores = new byte[blocks[1] - blocks[0]][];
    for (int i = 0; i < scores.length && !replica.abandoned(); i++) {
      scores[i] = Outcome.encode(scorer.score(spec, blocks[0] + i));
      replica.stepped();
    }
    return scores;
  }

  /** Takes the results as tasks end, one at a time. */
  private static final class Collector extends AbstractFunction2<Object, byte[][], BoxedUnit> {
    private final List<int[]> ranges;
    private final SortedMap<Integer, List<Outcome>> outcomes;
    private final IntConsumer scored;

    Collector(List<int[]> ranges, SortedMap<Integer, List<Outcome>> outcomes, IntConsumer scored) {
      this.ranges = ranges;
      this.outcomes = outcomes;
      this.scored = scored;
    }

    @Override
    public BoxedUnit apply(Object task, byte[][] encoded) {
      int block = ranges.get((Integer) task)[0];
      int examples = 0;
      for (byte[] each : encoded) {
        List<Outcome> decoded = Outcome.decode(each);
        outcomes.put(block++, decoded);
        examples += decoded.size();
      }
      scored.accept(examples);
      return BoxedUnit.UNIT;
    }
  }
}
