package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.LinearGraph;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.Nets.Images;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class NativePassTest {
  private static final Images IMAGES = new Images(12, 10, 3);

  @TempDir Path folder;

  @Test
  void saysWhatRunsWhere() {
    AcceleratedNetwork net = NativePass.accelerate(residual());
    assertThat(net.summary())
        .isEqualTo(
            "7 fused relu, 3 native add + relu, 5 native batch norm, 4 native batch norm + relu,"
                + " 9 native convolution, 1 native global pooling, 1 stock OutputLayer");
    assertThat(net.paths())
        .extracting(LayerPath::toString)
        .startsWith("stem: native convolution", "stem_bn: native batch norm + relu")
        .endsWith("pool: native global pooling", "output: stock OutputLayer");
  }

  @Test
  void leavesOtherPrecisionsToStockLayers() {
    GraphBuilder graph = IMAGES.graph();
    graph.addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    ComputationGraphConfiguration half = Nets.flattened(graph, "first");
    half.setDataType(DataType.BFLOAT16);
    assertThat(NativePass.accelerate(half).paths()).hasSize(3).allMatch(LayerPath::isStock);
  }

  @Test
  void servesAGraphFromAZip() throws IOException {
    ComputationGraph saved = new ComputationGraph(residual());
    saved.init();
    saved.fit(new DataSet(IMAGES.random(), Nets.labels()));
    Path zip = folder.resolve("graph.zip");
    ModelSerializer.writeModel(saved, zip.toFile(), true);
    Twins twins = new Twins(ModelSerializer.restoreComputationGraph(zip.toFile()));
    assertThat(twins.paths).filteredOn(LayerPath::isStock).hasSize(1);
    twins.agree(IMAGES.random(), Nets.labels());
  }

  @Test
  void servesAStackFromAZip() throws IOException {
    MultiLayerNetwork saved =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(Nets.sgd())
                .list()
                .layer(Nets.convolution(4, 3, 1, true))
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder(2, 2).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(Nets.output())
                .setInputType(InputType.convolutional(12, 10, 3))
                .build());
    saved.init();
    saved.fit(new DataSet(IMAGES.random(), Nets.labels()));
    Path zip = folder.resolve("stack.zip");
    ModelSerializer.writeModel(saved, zip.toFile(), true);
    MultiLayerNetwork stack = ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    ComputationGraph graph =
        new ComputationGraph(LinearGraph.of(stack.getLayerWiseConfigurations()));
    graph.init();
    graph.params().assign(stack.params());
    Twins twins = new Twins(graph);
    assertThat(twins.paths).filteredOn(LayerPath::isStock).hasSize(2);
    INDArray images = IMAGES.random();
    Twins.close(twins.fast.outputSingle(images), stack.output(images), 0, "output");
    twins.agree(images, Nets.labels());
  }

  private static ComputationGraphConfiguration residual() {
    return new CifarResNet(8, 4, Shortcut.PROJECTION, true)
        .configuration(new NetworkPurpose(IMAGES.shape(), Nets.CLASSES, Nets.sgd(), 3));
  }
}
