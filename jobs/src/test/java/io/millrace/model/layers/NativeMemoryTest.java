package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.FullCollections;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What a network had is given back at once, and nobody else's. */
class NativeMemoryTest {
  private static ComputationGraphConfiguration configuration() {
    return new CifarResNet(8, 16, Shortcut.IDENTITY, false)
        .configuration(new NetworkPurpose(new ImageShape(8, 8, 1), 3, new Sgd(0.1), 1));
  }

  private static INDArray image() {
    return Nd4j.ones(DataType.FLOAT, 1, 1, 8, 8);
  }

  @ParameterizedTest
  @EnumSource(
      value = FastPath.class,
      names = {"TRUE", "FALSE"})
  void parametersAndGradientsOfAGraph(FastPath path) {
    ComputationGraph net = NativePass.network(configuration(), path).network();
    net.setInputs(image());
    net.setLabels(Nd4j.ones(DataType.FLOAT, 1, 3));
    net.computeGradientAndScore();
    INDArray parameters = net.params();
    INDArray gradients = net.getGradientsViewArray();
    NativeMemory.free(net);
    assertThat(parameters.wasClosed()).isTrue();
    assertThat(gradients.wasClosed()).isTrue();
    assertThat(Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread()).isEmpty();
  }

  @Test
  void parametersAndUpdaterStateOfAStackOfLayers() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam())
                .list()
                .layer(Nets.output())
                .setInputType(InputType.feedForward(4))
                .build());
    net.init();
    net.fit(Nd4j.ones(DataType.FLOAT, Nets.EXAMPLES, 4), Nets.labels());
    INDArray parameters = net.params();
    INDArray state = net.getUpdater().getStateViewArray();
    NativeMemory.free(net);
    assertThat(parameters.wasClosed()).isTrue();
    assertThat(state.wasClosed()).isTrue();
  }

  @Test
  void aPartOfAnotherArrayStays() {
    ComputationGraph sizes = new ComputationGraph(configuration());
    sizes.init();
    long length = sizes.numParams();
    NativeMemory.free(sizes);
    INDArray several = Nd4j.zeros(DataType.FLOAT, 2, length);
    ComputationGraph net = new ComputationGraph(configuration());
    net.init(several.getRow(1, true), false);
    NativeMemory.free(net);
    assertThat(several.wasClosed()).isFalse();
    assertThat(several.sumNumber().doubleValue()).isZero();
  }

  @Test
  void nativeLayersAreFreedWithoutACollectionOfTheWholeHeap() {
    Assumptions.assumeTrue(OneDnn.isAvailable());
    long before = FullCollections.count();
    for (int network = 0; network < 20; network++) {
      ComputationGraph net = NativePass.network(configuration(), FastPath.TRUE).network();
      net.outputSingle(image());
      NativeMemory.free(net);
    }
    assertThat(FullCollections.count() - before).isLessThan(10); // somebody else may ask for some
  }

  @Test
  void aNetworkThatWasOnlyAskedIsFreedWithoutACollectionWhateverItsLayers() {
    long before = FullCollections.count();
    for (int network = 0; network < 20; network++) {
      ComputationGraph net = new ComputationGraph(configuration());
      net.init();
      INDArray parameters = net.params();
      NativeMemory.freeUnrun(net);
      assertThat(parameters.wasClosed()).isTrue();
    }
    assertThat(FullCollections.count() - before).isLessThan(10);
  }
}
