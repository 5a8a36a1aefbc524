package io.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Children;
import io.millrace.model.ParameterLayout;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against scikit-learn's nearest centroids and the LEEP of Transfer-Learning-Library. */
class SimilarityTest {
  private static final Children CHILDREN =
      new Children(new LinkedHashMap<>(Map.of("output", List.of("output"))), Set.of("output"));
  private static final ParameterLayout LAYOUT = new ParameterLayout(List.of());

  private static JsonNode table() throws IOException {
    try (InputStream in = SimilarityTest.class.getResourceAsStream("/oracles/transfer.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void nearestMeansAndLeepAreThoseOfTheTable() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(table().get("cases")).hasSize(3);
    for (JsonNode each : table().get("cases")) {
      float[][] features = json.treeToValue(each.get("features"), float[][].class);
      double[][] source = json.treeToValue(each.get("source"), double[][].class);
      int[] labels = json.treeToValue(each.get("labels"), int[].class);
      Similarity found = Similarity.of(features, source, labels, 0.9);
      assertThat(found.nearestMean()).isEqualTo(each.get("nearest_mean_accuracy").asDouble());
      assertThat(found.leep()).isCloseTo(each.get("leep").asDouble(), within(1e-12));
      assertThat(found.classes()).isEqualTo(each.get("classes").asInt());
    }
  }

  @Test
  void classesWithoutImagesAreNone() {
    float[][] features = {{0}, {1}, {10}, {11}, {5.4f}};
    int[] labels = {2, 2, 7, 7, 4};
    Similarity found = Similarity.of(features, null, labels, null);
    assertThat(found.classes()).isEqualTo(3);
    assertThat(found.nearestMean()).as("one is alone in its class").isEqualTo(0.8);
    assertThat(found.leep()).isNull();
  }

  @Test
  void sIsMeasuredByTheModelsOwnAccuracyWhereItIsOne() {
    assertThat(new Similarity(10, 5, 0.6, 0.9, null).value()).isCloseTo(0.4 / 0.7, within(1e-12));
    assertThat(new Similarity(10, 5, 0.6, null, null).value()).isCloseTo(0.5, within(1e-12));
    assertThat(new Similarity(10, 5, 0.6, 0.2, null).value()).isCloseTo(0.5, within(1e-12));
    assertThat(new Similarity(10, 5, 0.2, 0.9, null).value()).isCloseTo(0, within(1e-12));
    assertThat(new Similarity(10, 5, 0.61, null, null).words())
        .isEqualTo(
            "s = 0.51, similar from 0.5: (a - 1/K) / (A - 1/K), where a = 0.610 is the share of 10"
                + " images that have the nearest class mean of frozen features (leave one out), K ="
                + " 5, A = 1, as the model does not say its own accuracy; LEEP unknown, as the file"
                + " has no answers of its own for these features");
  }

  private static String first(double a, Long... rows) {
    Similarity similarity = new Similarity(500, 10, a, 0.9, -0.5);
    return Advice.of(similarity, List.of(rows), CHILDREN, LAYOUT).lines().get(0);
  }

  @Test
  void theFourCases() {
    Long[] few = {99L, 90L, 9000L};
    Long[] many = {0L, 100L, 100L, 9000L};
    assertThat(first(0.8, few))
        .isEqualTo(
            "advice         few and similar: usual is to train the head alone, on kept features:"
                + " stages: [{name: head, epochs: ..., train: head, featureCache: true}]");
    assertThat(first(0.3, few))
        .startsWith(
            "advice         few and different: usual is to train the upper half at a tenth of the rate");
    assertThat(first(0.8, many))
        .startsWith(
            "advice         many and similar: usual is to train all from the pretrained weights");
    assertThat(first(0.3, many))
        .startsWith("advice         many and different: usual is to train all from scratch");
    assertThat(first(0.8, 2500L, 2499L)).startsWith("advice         few");
    assertThat(first(0.8, 2500L, 2500L)).startsWith("advice         many");
  }
}
