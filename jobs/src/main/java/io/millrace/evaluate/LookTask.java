package io.millrace.evaluate;

import io.millrace.diagnostics.ChannelSums;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** Sums the activations of the blocks of one partition. Runs on executors. */
final class LookTask extends AbstractFunction2<TaskContext, Iterator<int[]>, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final Broadcast<byte[]> spec;
  private final Broadcast<byte[][]> weights;

  private LookTask(Broadcast<byte[]> spec, Broadcast<byte[][]> weights) {
    this.spec = spec;
    this.weights = weights;
  }

  /** The sums of each vertex over all blocks, added in the order of the tasks. */
  static Map<String, ChannelSums> run(
      JavaSparkContext spark,
      Broadcast<byte[]> spec,
      Broadcast<byte[][]> weights,
      int blocks,
      int tasks) {
    RDD<int[]> shares = spark.parallelize(ScoringTask.ranges(blocks, tasks), tasks).rdd();
    ClassTag<byte[]> tag = ClassTag$.MODULE$.apply(byte[].class);
    List<Object> all = IntStream.range(0, tasks).<Object>mapToObj(task -> task).toList();
    Object packed =
        spark
            .sc()
            .runJob(
                shares,
                new LookTask(spec, weights),
                JavaConverters.asScalaBuffer(all).toSeq(),
                tag);
    Map<String, ChannelSums> sums = new LinkedHashMap<>();
    for (byte[] each : (byte[][]) packed) {
      Packed.unpack(each, Sums.class)
          .byVertex()
          .forEach((vertex, more) -> sums.merge(vertex, more, ChannelSums::plus));
    }
    return sums;
  }

  private record Sums(LinkedHashMap<String, ChannelSums> byVertex) implements Serializable {}

  @Override
  public byte[] apply(TaskContext context, Iterator<int[]> share) {
    int[] blocks = share.next();
    SampleSpec unpacked = Packed.unpack(spec.value(), SampleSpec.class);
    byte[][] master = weights.value();
    try (ReplicaPool.Lease<Looker> lease = ReplicaPool.lease(unpacked)) {
      return lease.call(
          looker ->
              Packed.pack(
                  new Sums(
                      new LinkedHashMap<>(
                          looker.look(
                              unpacked, master, blocks[0], blocks[1], lease.replica()::stepped)))),
          context::isInterrupted,
          unpacked.faults());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Looking at activations was interrupted", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot look at activations: " + e.getMessage(), e);
    }
  }
}
