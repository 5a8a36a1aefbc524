package io.millrace.evaluate;

import io.millrace.cluster.Broadcasts;
import io.millrace.dataset.Block;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.Look;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Looks at the activations of a sample of a split, which is its first blocks, distributed over the
 * workers: blocks hold images in an order drawn by {@code prepare}. Lives on the driver.
 */
public final class ActivationSample implements AutoCloseable {
  private final JavaSparkContext spark;
  private final EvaluatedModel model;
  private final SampleSpec spec;
  private final int workers;
  private final Broadcast<byte[]> packed;

  private ActivationSample(
      JavaSparkContext spark, EvaluatedModel model, SampleSpec spec, int workers) {
    this.spark = spark;
    this.model = model;
    this.spec = spec;
    this.workers = workers;
    this.packed = spark.broadcast(Packed.pack(spec));
  }

  /**
   * A sample.
   *
   * @param images how many at least, where the split has so many
   */
  public static ActivationSample of(
      JavaSparkContext spark,
      Evaluation.How how,
      PreparedDataset dataset,
      Split split,
      EvaluatedModel model,
      int images) {
    List<Block> blocks = new ArrayList<>();
    int rows = 0;
    for (Block block : dataset.blocks(split)) {
      if (rows < images) {
        blocks.add(block);
        rows += block.rows();
      }
    }
    SampleSpec spec =
        new SampleSpec(
            blocks,
            dataset.reader(),
            CroppedImages.of(model.input()),
            how.faults(),
            Evaluation.network(model.network(), how.fastPath()));
    return new ActivationSample(spark, model, spec, how.workers());
  }

  /** Images of the sample. */
  public long images() {
    return spec.blocks().stream().mapToLong(Block::rows).sum();
  }

  /**
   * What layers make of the sample.
   *
   * @param parameters the weights
   * @param updates that made them
   */
  public Look look(WeightVector parameters, long updates) {
    Broadcast<byte[][]> weights = spark.broadcast(parameters.slices());
    spark.setJobDescription("look at activations");
    try {
      int tasks = Math.min(spec.blocks().size(), workers);
      return new Look(
          model.network(),
          LookTask.run(spark, packed, weights, spec.blocks().size(), tasks),
          spec.canonical().layout(),
          parameters,
          updates);
    } finally {
      spark.setJobDescription(null);
      Broadcasts.destroy(weights);
    }
  }

  @Override
  public void close() {
    Broadcasts.destroy(packed);
    ReplicaPool.release(spec);
  }
}
