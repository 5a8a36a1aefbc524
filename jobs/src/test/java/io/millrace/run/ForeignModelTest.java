package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import io.millrace.formats.ModelZip;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models that are not of this program, or not for the set. */
class ForeignModelTest extends EvaluatedShades {
  @Test
  void aModelOfOtherClassesIsRefused() throws IOException {
    String model = model(3);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate a network of 3 outputs (must be one for each of 2 classes: dark,"
                + " bright)");
  }

  @Test
  void aZipOfAnotherNetworkFormatIsWrongInput() throws IOException {
    String model =
        write(
            "run/model.zip",
            new ModelZip("{}", WeightVector.of(1), WeightVector.of(), Optional.empty()));
    assertThatThrownBy(() -> evaluate(model, null))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("Cannot read model " + model + ": its configuration.json is no DL4J network");
  }

  /** A convolution and an output layer for images of 8 x 8 x 1 and two classes. */
  private static GraphBuilder foreign(CNN2DFormat format, DataType type, Activation output) {
    InputType images = InputType.convolutional(SIZE, SIZE, 1, format);
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(images)
        .addLayer(
            "conv", new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(format).build(), "in")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MSE).activation(output).nOut(2).build(),
            "conv")
        .validateOutputLayerConfig(false)
        .setOutputs("out");
  }

  @Test
  void aForeignNetworkThatDoesNotTakeAnImageIsRefusedBeforeAnyTask() throws IOException {
    String nhwc = model(foreign(CNN2DFormat.NHWC, DataType.FLOAT, Activation.SOFTMAX).build());
    assertThatThrownBy(() -> evaluate(nhwc, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot evaluate %s: its network does not take images of 8 x 8 x 1 (height x width x channels): "
                .formatted(nhwc))
        .message()
        .hasLineCount(1);
    String wide = model(foreign(CNN2DFormat.NCHW, DataType.DOUBLE, Activation.SOFTMAX).build());
    assertThatThrownBy(() -> evaluate(wide, Split.VALIDATION))
        .hasMessage("Cannot evaluate a network of data type DOUBLE (must be FLOAT)");
    GraphBuilder two = foreign(CNN2DFormat.NCHW, DataType.FLOAT, Activation.SOFTMAX);
    two.addLayer("also", new OutputLayer.Builder().nIn(144).nOut(2).build(), "conv");
    String outputs = model(two.setOutputs("out", "also").build());
    assertThatThrownBy(() -> evaluate(outputs, Split.VALIDATION))
        .hasMessage("Cannot evaluate a network of the outputs [out, also] (must be one)");
  }

  @Test
  void outputsThatAreNoProbabilitiesAreSaid() throws IOException {
    evaluate(
        model(foreign(CNN2DFormat.NCHW, DataType.FLOAT, Activation.SOFTMAX).build()),
        Split.VALIDATION);
    assertThat(said).noneMatch(line -> line.startsWith("outputs"));
    for (Activation each : List.of(Activation.IDENTITY, Activation.SIGMOID, Activation.TANH)) {
      evaluate(model(foreign(CNN2DFormat.NCHW, DataType.FLOAT, each).build()), Split.VALIDATION);
      assertThat(said)
          .filteredOn(line -> line.startsWith("outputs        no probabilities (of one image "))
          .hasSize(1);
    }
  }
}
