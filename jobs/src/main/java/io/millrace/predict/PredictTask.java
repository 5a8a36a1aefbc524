package io.millrace.predict;

import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.function.ObjIntConsumer;
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

/** Predicts the chunk of one partition. Runs on executors. */
final class PredictTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final String weightsName = UUID.randomUUID().toString();
  private final Broadcast<byte[]> spec;
  private final Broadcast<byte[][]> weights;

  private PredictTask(Broadcast<byte[]> spec, Broadcast<byte[][]> weights) {
    this.spec = spec;
    this.weights = weights;
  }

  /**
   * Predicts chunks, one a task.
   *
   * @param ended is given the result of each task as it ends, one at a time
   */
  static void run(
      JavaSparkContext spark,
      Broadcast<byte[]> spec,
      Broadcast<byte[][]> weights,
      List<Chunk> chunks,
      ObjIntConsumer<ChunkResult> ended) {
    List<byte[]> packed = chunks.stream().map(Packed::pack).toList();
    RDD<byte[]> each = spark.parallelize(packed, chunks.size()).rdd();
    List<Object> all = IntStream.range(0, chunks.size()).<Object>mapToObj(i -> i).toList();
    ClassTag<byte[]> tag = ClassTag$.MODULE$.apply(byte[].class);
    spark
        .sc()
        .runJob(
            each,
            new PredictTask(spec, weights),
            JavaConverters.asScalaBuffer(all).toSeq(),
            new Collector(ended),
            tag);
  }

  @Override
  public byte[] apply(TaskContext context, Iterator<byte[]> one) {
    Chunk chunk = Packed.unpack(one.next(), Chunk.class);
    PredictSpec unpacked = Packed.unpack(spec.value(), PredictSpec.class);
    byte[][] master = weights.value();
    String attempt = Long.toString(context.taskAttemptId());
    try (ReplicaPool.Lease<Predictor> lease = ReplicaPool.lease(unpacked.network())) {
      return lease.call(
          predictor -> {
            predictor.load(weightsName, master);
            var pass = new ChunkPass(predictor, unpacked, chunk, attempt, lease.replica());
            return Packed.pack(pass.run());
          },
          context::isInterrupted,
          unpacked.faults());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Prediction was interrupted", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot predict: " + e.getMessage(), e);
    }
  }

  private static final class Collector extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final ObjIntConsumer<ChunkResult> ended;

    Collector(ObjIntConsumer<ChunkResult> ended) {
      this.ended = ended;
    }

    @Override
    public BoxedUnit apply(Object task, byte[] packed) {
      ended.accept(Packed.unpack(packed, ChunkResult.class), (Integer) task);
      return BoxedUnit.UNIT;
    }
  }
}
