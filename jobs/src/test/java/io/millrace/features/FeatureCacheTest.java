package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.KeptBlocks;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.epoch.EpochShape;
import io.millrace.epoch.FeedSpec;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.prepare.Lake;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.wire.WeightVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.RDDBlockId;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Features of a small set on a local cluster. */
class FeatureCacheTest {
  private static final int SIDE = 6;
  private static final AtomicInteger READS = new AtomicInteger();

  /** Grey pictures, each block with so many of them. */
  private record Pictures() implements BlockReader, Serializable {
    private static final List<Block> BLOCKS =
        List.of(new Block("a", 0, 5, 1), new Block("a", 1, 3, 1), new Block("b", 0, 4, 1));

    @Override
    public EncodedBlock read(Block block) throws IOException {
      READS.incrementAndGet();
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      int[] offsets = new int[block.rows() + 1];
      long[] ids = new long[block.rows()];
      int[] labels = new int[block.rows()];
      for (int i = 0; i < block.rows(); i++) {
        int picture = 10 * BLOCKS.indexOf(block) + i;
        data.write(Lake.encoded(Lake.picture(picture, SIDE, SIDE, 1), "png"));
        offsets[i + 1] = data.size();
        ids[i] = -picture;
        labels[i] = picture % 3;
      }
      return new EncodedBlock(ids, labels, offsets, data.toByteArray());
    }
  }

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final ComputationGraph net = net();
  private final FeedSpec feed =
      new FeedSpec(
          "pictures",
          1,
          1,
          new EpochShape(12, 2, 2),
          2,
          Pictures.BLOCKS,
          new Pictures(),
          new FeedSpec.Images(
              SIDE,
              SIDE,
              1,
              List.of(),
              new float[] {0.5f},
              new float[] {0.25f},
              3,
              new LabelSmoothing(0),
              MixingTimes.NEVER));

  private static ComputationGraph net() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "pool")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    net.init();
    return net;
  }

  private FeatureCache cache() {
    FeatureSpec trunk =
        FeatureSpec.of(
            "trunk" + System.nanoTime(),
            net.getConfiguration(),
            ParameterLayout.of(net),
            slot -> slot.vertex().equals("output"),
            FastPath.TRUE,
            List.of(SIDE, SIDE, 1),
            2);
    FeatureShape shape = trunk.shape().orElseThrow();
    WeightVector all = WeightVector.of(net.params().reshape(net.numParams()).toFloatVector());
    return new FeatureCache(
        spark,
        "pictures",
        trunk,
        shape,
        trunk.still().take(all, 1),
        FaultsConfig.DEFAULT,
        feed.blocks(),
        feed.reader(),
        feed.images());
  }

  private static List<EncodedBlock> read(BlockReader reader) throws IOException {
    List<EncodedBlock> all = new ArrayList<>();
    for (Block block : Pictures.BLOCKS) {
      all.add(reader.read(block));
    }
    return all;
  }

  @Test
  void featuresAreWhatTheNetworkGivesBelowItsHead() throws IOException {
    try (FeatureCache cache = cache()) {
      cache.fill(2);
      List<EncodedBlock> features = read(cache.feed(feed).reader());
      for (int b = 0; b < features.size(); b++) {
        EncodedBlock images = new Pictures().read(Pictures.BLOCKS.get(b));
        EncodedBlock made = features.get(b);
        assertThat(made.ids()).isEqualTo(images.ids());
        assertThat(made.labels()).isEqualTo(images.labels());
        for (int row = 0; row < made.rows(); row++) {
          assertThat(floats(made, row)).containsExactly(ofNetwork(images, row), within(1e-6f));
        }
      }
    }
  }

  private static float[] floats(EncodedBlock block, int row) {
    int from = block.offsets()[row];
    float[] floats = new float[4];
    ByteBuffer.wrap(block.data(), from, block.offsets()[row + 1] - from)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(floats);
    return floats;
  }

  /** Alone, in a pass of its own. */
  private float[] ofNetwork(EncodedBlock images, int row) {
    int from = images.offsets()[row];
    float[] pixels = new float[SIDE * SIDE];
    try (var pipeline = feed.images().pipeline()) {
      pipeline.run(
          images.data(), from, images.offsets()[row + 1] - from, null, FloatBuffer.wrap(pixels));
    }
    INDArray image = Nd4j.create(pixels, new long[] {1, 1, SIDE, SIDE}, 'c');
    return net.feedForward(image, false).get("pool").toFloatVector();
  }

  @Test
  void eachImageIsReadOnceAndALostBlockGivesTheSameBytesAnew() throws IOException {
    try (FeatureCache cache = cache()) {
      READS.set(0);
      cache.fill(2);
      assertThat(READS).hasValue(3);
      BlockReader reader = cache.feed(feed).reader();
      List<EncodedBlock> kept = read(reader);
      assertThat(READS).hasValue(3);
      int rdd = ((FeatureReader) reader).rdd();
      assertThat(KeptBlocks.isKept(rdd, 1)).isTrue();
      SparkEnv.get().blockManager().removeBlock(new RDDBlockId(rdd, 1), true);
      assertThat(KeptBlocks.isKept(rdd, 1)).isFalse();
      List<EncodedBlock> again = read(reader);
      assertThat(READS).hasValue(4);
      for (int b = 0; b < kept.size(); b++) {
        assertThat(again.get(b).data()).isEqualTo(kept.get(b).data());
      }
      assertThat(Arrays.equals(kept.get(0).data(), kept.get(1).data())).isFalse();
      assertThat(KeptBlocks.isKept(rdd, 1)).isTrue();
    }
  }
}
