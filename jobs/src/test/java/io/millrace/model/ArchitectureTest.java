package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.CifarResNet.Shortcut;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Nesterovs;

class ArchitectureTest {
  private static final NetworkPurpose GREY = purpose(28, 1, 10);

  private static NetworkPurpose purpose(int side, int channels, int classes) {
    return new NetworkPurpose(
        new ImageShape(side, side, channels), classes, new Nesterovs(0.1, 0.9), 1);
  }

  private static CifarResNet cifar(int depth, Shortcut shortcut) {
    return new CifarResNet(depth, 16, shortcut, true);
  }

  static Stream<Arguments> references() {
    NetworkPurpose colour = purpose(32, 3, 10);
    return Stream.of(
        Arguments.of("cifar_resnet20_projection", cifar(20, Shortcut.PROJECTION), colour),
        Arguments.of("cifar_resnet20_identity", cifar(20, Shortcut.IDENTITY), colour),
        Arguments.of("cifar_resnet56_projection", cifar(56, Shortcut.PROJECTION), colour),
        Arguments.of("fashion_resnet20_projection_1channel", cifar(20, Shortcut.PROJECTION), GREY),
        Arguments.of("resnet50", new ResNet50(true), purpose(224, 3, 1000)));
  }

  @ParameterizedTest
  @MethodSource("references")
  void hasAsManyTrainedParametersAsTheReference(
      String reference, Architecture architecture, NetworkPurpose purpose) throws Exception {
    JsonNode counts =
        new ObjectMapper().readTree(getClass().getResource("/oracles/parameter_counts.json"));
    ComputationGraph net = new ComputationGraph(architecture.configuration(purpose));
    net.init();
    long trained =
        ParameterLayout.of(net).slots().stream()
            .filter(ParameterSlot::trained)
            .mapToLong(ParameterSlot::length)
            .sum();
    assertThat(trained).isEqualTo(counts.get(reference).asLong());
  }

  @Test
  void readsTheJsonOfAGraphOrAStackAndNothingElse() throws IOException {
    ComputationGraphConfiguration made = cifar(8, Shortcut.IDENTITY).configuration(GREY);
    assertThat(given(made.toJson()).toJson()).isEqualTo(made.toJson());
    assertThatThrownBy(() -> given("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid model.configuration: not a DL4J network");
    assertThatThrownBy(() -> new Dl4jNetwork("net.json", true).configuration(GREY))
        .isInstanceOf(io.millrace.store.WrongInputException.class)
        .hasMessage("Cannot read model.configuration net.json: net.json")
        .hasCauseInstanceOf(FileNotFoundException.class);
  }

  private static ComputationGraphConfiguration given(String json) throws IOException {
    return new Dl4jNetwork("net.json", true)
        .configuration(
            new NetworkPurpose(
                GREY.images(),
                10,
                GREY.updater(),
                1,
                file -> file.equals("net.json") ? json : null));
  }

  @Test
  void refusesDepthsThatThereAreNot() {
    for (int depth : new int[] {2, 18, 21}) {
      assertThatThrownBy(() -> cifar(depth, Shortcut.PROJECTION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid depth: " + depth + " (must be 6n + 2)");
    }
  }
}
