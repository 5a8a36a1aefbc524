package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ModelConfig.Architecture;
import io.millrace.model.ModelConfig.Shortcut;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Nesterovs;

class ArchitecturesTest {
  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20_projection, CIFAR_RESNET, 20, PROJECTION, 32, 3, 10",
    "cifar_resnet20_identity, CIFAR_RESNET, 20, IDENTITY, 32, 3, 10",
    "cifar_resnet56_projection, CIFAR_RESNET, 56, PROJECTION, 32, 3, 10",
    "fashion_resnet20_projection_1channel, CIFAR_RESNET, 20, PROJECTION, 28, 1, 10",
    "resnet50, RESNET50, 50, PROJECTION, 224, 3, 1000"
  })
  void hasAsManyTrainedParametersAsTheReference(
      String reference,
      Architecture name,
      int depth,
      Shortcut shortcut,
      int side,
      int channels,
      int n)
      throws Exception {
    JsonNode counts =
        new ObjectMapper().readTree(getClass().getResource("/oracles/parameter_counts.json"));
    ParameterLayout layout =
        ParameterLayout.of(network(name, depth, shortcut, new ImageShape(side, side, channels), n));
    long trained =
        layout.slots().stream()
            .filter(ParameterSlot::trained)
            .mapToLong(ParameterSlot::length)
            .sum();
    assertThat(trained).isEqualTo(counts.get(reference).asLong());
  }

  @Test
  void isAStockConfigurationThatSurvivesJson() {
    ComputationGraphConfiguration made =
        Architectures.configuration(
            new ModelConfig(Architecture.CIFAR_RESNET, 8, Shortcut.IDENTITY, null, true),
            new ImageShape(28, 28, 1),
            10,
            new Nesterovs(0.1, 0.9),
            1);
    assertThat(Architectures.fromJson(made.toJson()).toJson()).isEqualTo(made.toJson());
    assertThat(made.toJson()).doesNotContain("millrace");
  }

  @Test
  void refusesDepthsAndTextsThatAreNoNetwork() {
    assertThatThrownBy(
            () ->
                network(
                    Architecture.CIFAR_RESNET, 18, Shortcut.PROJECTION, new ImageShape(8, 8, 1), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid depth: 18 (must be 6n + 2)");
    assertThatThrownBy(() -> Architectures.fromJson("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid model.configuration: not a DL4J network");
  }

  private static ComputationGraph network(
      Architecture name, int depth, Shortcut shortcut, ImageShape shape, int classes) {
    ComputationGraph net =
        new ComputationGraph(
            Architectures.configuration(
                new ModelConfig(name, depth, shortcut, null, true),
                shape,
                classes,
                new Nesterovs(0.1, 0.9),
                1));
    net.init();
    return net;
  }
}
