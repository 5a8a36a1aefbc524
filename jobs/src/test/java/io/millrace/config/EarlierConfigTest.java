package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlierConfigTest {
  private static String earlier() throws IOException {
    try (InputStream in =
        EarlierConfigTest.class.getResourceAsStream("/config/resolved-before-choices.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, String> today(String yaml) {
    return DecidingKeys.of(ConfigReader.read("today", yaml, List.of()));
  }

  @Test
  void whatAnEarlierVersionResolvedSaysTheSameInWordsOfToday() throws IOException {
    assertThat(DecidingKeys.of(earlier()))
        .isEqualTo(today("loss: {mixing: {mixup: {alpha: 0.2}}}"));
  }

  @Test
  void aNetworkOfDl4jAndAModelToStartFromAreFound() throws IOException {
    String own =
        earlier()
            .replace("configuration: null", "configuration: net.json")
            .replace("init: kaiming", "init: lake/model.zip")
            .replace("mixup: 0.2", "mixup: 0.0");
    assertThat(DecidingKeys.of(own))
        .isEqualTo(
            today(
                "model: {architecture: dl4j, configuration: net.json}\n"
                    + "init: {from: lake/model.zip}"));
    assertThat(
            DecidingKeys.of(
                earlier().replace("architecture: cifar-resnet", "architecture: resnet50")))
        .containsEntry("model.architecture", "resnet50");
  }

  @Test
  void halfWidthWasThatOfDifferences() throws IOException {
    String half =
        earlier()
            .replace("state: average", "state: local-reset")
            .replace("exchange: fp32", "exchange: bf16");
    assertThat(DecidingKeys.of(half))
        .containsEntry("averaging.exchange.differences", "{}")
        .containsEntry("averaging.wire", "bf16");
  }

  @Test
  void scalingWasYesOrNo() {
    assertThat(DecidingKeys.of("learningRate: {linearScaling: true}"))
        .containsEntry("learningRate.scaling", "linear");
    assertThat(DecidingKeys.of("learningRate: {linearScaling: false}"))
        .containsEntry("learningRate.scaling", "none");
  }

  @Test
  void aConfigOfTodayStaysAsItIs() {
    for (OtherValue each : OtherValue.ofEachKey()) {
      assertThat(DecidingKeys.of(ConfigWriter.yaml(each.after())))
          .as(each.key())
          .isEqualTo(DecidingKeys.of(each.after()));
    }
  }
}
