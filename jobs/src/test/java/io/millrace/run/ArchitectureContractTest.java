package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ChoiceSamples;
import io.millrace.model.ImageShape;
import io.millrace.model.NetworkJson;
import io.millrace.model.ResidualBlocks;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.plan.NetworkSize;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What every network of ours that a config may name keeps to. */
class ArchitectureContractTest {
  private static final IUpdater UPDATER = new Nesterovs(0.1, 0.9);
  private static final ImageShape IMAGES = new ImageShape(32, 32, 3);

  /** Narrow ones where that can be said: what they keep to does not depend on it. */
  private static final Map<String, String> NARROW =
      Map.of("width", "4", "widen", "1", "dense", "8", "widthMultiplier", "0.25");

  static List<Architecture> ours() {
    return ChoiceSamples.of(Architecture.class, NARROW).stream()
        .filter(each -> each.foreignKey().isEmpty())
        .toList();
  }

  private static ComputationGraphConfiguration made(Architecture one) throws IOException {
    return one.configuration(new NetworkPurpose(IMAGES, 7, UPDATER, 1));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void isAStockConfigurationThatSurvivesJson(Architecture one) throws IOException {
    String json = NetworkJson.of(made(one));
    assertThat(NetworkJson.of(NetworkJson.read(json))).isEqualTo(json).doesNotContain("millrace");
    assertThat(json).isEqualTo(NetworkJson.of(made(one)));
  }

  /** As the network of a stranger is tried. */
  @ParameterizedTest
  @MethodSource("ours")
  void trainsOnImagesAndNothingInItIsChanged(Architecture one) throws IOException {
    ComputationGraphConfiguration made = made(one);
    ComputationGraphConfiguration prepared =
        new GivenNetwork("model.architecture", one.words(), IMAGES, 7)
            .prepared(made, UPDATER, FastPath.TRUE);
    assertThat(prepared.toJson()).isEqualTo(made.toJson());
  }

  @ParameterizedTest
  @MethodSource("ours")
  void saysZeroGammaWhereItHasResidualBlocks(Architecture one) throws IOException {
    assertThat(one.zeroGamma()).isEqualTo(!ResidualBlocks.lastBatchNorms(made(one)).isEmpty());
    assertThat(one.words()).isNotBlank();
  }

  static List<Architecture> asTheyAre() {
    return ChoiceSamples.of(Architecture.class).stream()
        .filter(each -> each.foreignKey().isEmpty())
        .toList();
  }

  /** Without memory for it; of VGG the first dense layer grows with the images. */
  @ParameterizedTest
  @MethodSource("asTheyAre")
  void isPlannedForSmallAndLargeImages(Architecture one) throws IOException {
    long activations = 0;
    for (int side : new int[] {32, 64, 224}) {
      NetworkPurpose purpose = new NetworkPurpose(new ImageShape(side, side, 3), 7, UPDATER, 1);
      NetworkSize size = NetworkSize.of(one.configuration(purpose), side, side, 3);
      assertThat(size.parameters()).isPositive();
      assertThat(size.activations()).isGreaterThan(3 * activations);
      activations = size.activations();
    }
  }
}
