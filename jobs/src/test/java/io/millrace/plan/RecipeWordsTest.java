package io.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigReader;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class RecipeWordsTest {
  private static final ComputationGraphConfiguration RESIDUAL =
      new CifarResNet(8, 16, Shortcut.PROJECTION, true)
          .configuration(new NetworkPurpose(new ImageShape(8, 8, 3), 10, new Sgd(0.1), 3));

  private static final ComputationGraphConfiguration GIVEN =
      new NeuralNetConfiguration.Builder()
          .graphBuilder()
          .addInputs("in")
          .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "in")
          .addLayer("slopes", new PReLULayer.Builder().inputShape(2, 6, 6).build(), "conv")
          .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "slopes")
          .setOutputs("output")
          .setInputTypes(InputType.convolutional(8, 8, 1))
          .build();

  private static String init(ComputationGraphConfiguration network, String... overrides) {
    return RecipeWords.init(ConfigReader.read("run.yaml", "", List.of(overrides)), network);
  }

  @Test
  void theStartIsSaidAsItIs() {
    assertThat(init(RESIDUAL)).isEqualTo("kaiming, the last gamma of each residual block 0");
    assertThat(init(RESIDUAL, "model.zeroGamma=false")).isEqualTo("kaiming");
    assertThat(init(RESIDUAL, "init.from=out/old/model.zip"))
        .isEqualTo("the weights of out/old/model.zip");
    assertThat(init(RESIDUAL, "init={kind: kaiming-normal, fan: out}", "model.zeroGamma=false"))
        .isEqualTo("kaiming-normal fan out, gain relu");
  }

  @Test
  void rulesAreSaidWithWhatTheyTakeAndWhatIsLeftAsItWas() {
    assertThat(
            init(
                RESIDUAL,
                "init.rules=[{names: stage1*, kind: orthogonal}, {names: output.b, kind: constant,"
                    + " value: -2}]"))
        .isEqualTo(
            "orthogonal gain linear for 2 parameters (stage1*), constant value -2.0 for 1 parameter"
                + " (output.b), kaiming for the rest, the last gamma of each residual block 0");
    assertThat(
            init(
                GIVEN,
                "model={architecture: dl4j, configuration: net.json}",
                "init.kind=xavier-uniform"))
        .isEqualTo("xavier-uniform gain linear, slopes.W as configured");
    assertThat(
            init(
                GIVEN,
                "model={architecture: dl4j, configuration: net.json}",
                "init.kind=configured"))
        .isEqualTo("configured");
  }
}
