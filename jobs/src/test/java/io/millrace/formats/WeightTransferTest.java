package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ParameterSlot;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.Vgg;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class WeightTransferTest {
  private static final Vgg VGG = new Vgg(11, false, 1, 3, 0, HiddenActivation.RELU);

  /** Arrays that a test makes up. */
  private record Arrays(Map<String, List<Long>> shapes, Map<String, float[]> values)
      implements WeightFile {
    @Override
    public void read(Collection<String> names, Taker taker) throws IOException {
      for (String name : names) {
        taker.take(name, values.get(name).clone());
      }
    }

    @Override
    public Optional<ModelCard> card() {
      return Optional.empty();
    }

    @Override
    public String format() {
      return "made up";
    }

    static Arrays of(List<NamedParameter> parameters) {
      Arrays all = new Arrays(new LinkedHashMap<>(), new LinkedHashMap<>());
      for (NamedParameter each : parameters) {
        all.shapes.put(each.name(), each.shape());
        all.values.put(each.name(), each.values());
      }
      return all;
    }
  }

  private static ComputationGraph net(int side, int channels, int classes, long seed)
      throws Exception {
    ComputationGraph net =
        new ComputationGraph(
            VGG.configuration(
                new NetworkPurpose(
                    new ImageShape(side, side, channels), classes, new Sgd(1), seed)));
    net.init();
    return net;
  }

  private static List<NamedParameter> names(ComputationGraph net, WeightNames library) {
    return NamedParameter.pytorch(net, VGG.layerNames(library).orElseThrow());
  }

  /** timm's VGG has convolutions for dense layers: the first one of what is left of the image. */
  @Test
  void aDenseLayerThatIsAConvolutionThereIsTakenWhereItSeesTheSamePixels() throws Exception {
    ComputationGraph theirs = net(64, 3, 4, 1);
    Arrays file = Arrays.of(names(theirs, WeightNames.TIMM));
    assertThat(file.shapes.put("pre_logits.fc1.weight", List.of(3L, 8L, 2L, 2L)))
        .containsExactly(3L, 32L);
    file.shapes.put("pre_logits.fc2.weight", List.of(3L, 3L, 1L, 1L));
    ComputationGraph ours = net(64, 3, 4, 2);
    WeightTransfer.strict(file, names(ours, WeightNames.TIMM)).run();
    assertThat(ours.params()).isEqualTo(theirs.params());

    file.shapes.put("pre_logits.fc1.weight", List.of(3L, 2L, 2L, 8L));
    assertThatThrownBy(() -> WeightTransfer.strict(file, names(ours, WeightNames.TIMM)))
        .hasMessage(
            "1 of another shape: pre_logits.fc1.weight is [3, 2, 2, 8], the network's [3, 32]");
  }

  @Test
  void weightsForColourAreNotTakenForGreyImages() throws Exception {
    Arrays file = Arrays.of(names(net(32, 3, 4, 1), WeightNames.TORCHVISION));
    ComputationGraph grey = net(32, 1, 4, 1);
    String message =
        "features.0.weight is [1, 3, 3, 3], the network's [1, 1, 3, 3]; input.channels: 3 repeats grey images in each channel";
    assertThatThrownBy(() -> WeightTransfer.strict(file, names(grey, WeightNames.TORCHVISION)))
        .hasMessage("1 of another shape: " + message);
    assertThatThrownBy(
            () ->
                WeightTransfer.whatFits(
                    file,
                    names(grey, WeightNames.TORCHVISION),
                    grey,
                    List.of("a", "b", "c", "d"),
                    Set.of()))
        .hasMessage("of another shape: " + message);
  }

  /** A ReLU makes 0 of NaN: a network would train on, and know nothing. */
  @Test
  void whatCanBeNoWeightIsRefusedByName() throws Exception {
    ComputationGraph net = net(32, 3, 4, 1);
    for (float value : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
      Arrays file = Arrays.of(names(net, WeightNames.TORCHVISION));
      file.values.get("features.0.weight")[5] = value;
      assertThatThrownBy(
              () -> WeightTransfer.strict(file, names(net, WeightNames.TORCHVISION)).run())
          .hasMessage("features.0.weight is %s at index 5, which is no weight".formatted(value));
    }
  }

  @Test
  void aVarianceBelowZeroIsRefused() {
    ParameterSlot slot = new ParameterSlot("norm", "var", 0, 2, ParameterSlot.Kind.VARIANCE);
    NamedParameter variance =
        new NamedParameter(slot, "bn1.running_var", List.of(List.of(2L)), Nd4j.zeros(2));
    variance.require(new float[] {0, 3});
    assertThatThrownBy(() -> variance.require(new float[] {1, -1}))
        .hasMessage("bn1.running_var is -1.0 at index 1, which is no variance");
    ParameterSlot mean = new ParameterSlot("norm", "mean", 0, 2, ParameterSlot.Kind.MEAN);
    new NamedParameter(mean, "bn1.running_mean", List.of(List.of(2L)), Nd4j.zeros(2))
        .require(new float[] {-1, 1});
  }

  @Test
  void aFileOfWhichNothingFitsIsNoStart() throws Exception {
    Arrays file = Arrays.of(names(net(32, 3, 4, 1), WeightNames.TORCHVISION));
    ComputationGraph net = net(32, 3, 4, 2);
    assertThatThrownBy(
            () ->
                WeightTransfer.whatFits(
                    file, NamedParameter.own(net), net, List.of("a", "b", "c", "d"), Set.of()))
        .hasMessageStartingWith("nothing fits: 22 missing: stage1_conv1.b, ");
  }
}
