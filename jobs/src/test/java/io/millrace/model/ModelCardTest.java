package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCardTest {
  private static final ModelCard CARD =
      ModelCards.card("brick", "grass", "sand")
          .with(new ModelCard.Metrics(3, 0.25, "validation", 0.125, 0.9375, 1.0));

  private static ModelCard parse(String json) throws IOException {
    return ModelCard.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    assertThat(parse(CARD.toJson())).isEqualTo(CARD);
    ModelCard unmeasured = ModelCards.card("größe", "a \"b\"");
    assertThat(parse(unmeasured.toJson())).isEqualTo(unmeasured).isNotEqualTo(CARD);
    float odd = Math.nextUp(0.1f);
    ModelCard colour =
        ModelCards.card(List.of("a", "b"), new float[] {odd, 0, -1}, new float[] {odd, 1, 1e-9f});
    assertThat(parse(colour.toJson())).isEqualTo(colour);
  }

  @Test
  void theJsonSaysWhatANetworkIsFedWith() throws IOException {
    JsonNode json = new ObjectMapper().readTree(CARD.toJson());
    assertThat(json.get("format").asInt()).isEqualTo(1);
    assertThat(json.get("classes").toString()).isEqualTo("[\"brick\",\"grass\",\"sand\"]");
    assertThat(json.get("input").toString())
        .isEqualTo(
            "{\"height\":8,\"width\":8,\"channels\":1,\"layout\":\"NCHW\","
                + "\"channel_order\":\"grey\",\"range\":[0.0,1.0],\"mean\":[0.286],"
                + "\"deviation\":[0.353],\"resize\":\"antialiased bilinear\",\"crop_share\":0.875}");
    assertThat(json.get("metrics").toString())
        .isEqualTo(
            "{\"epoch\":3,\"train_loss\":0.25,\"split\":\"validation\",\"loss\":0.125,"
                + "\"top1\":0.9375,\"top5\":1.0}");
  }

  @Test
  void aNewerFormatIsRefusedByName() {
    assertThatThrownBy(
            () -> parse("{\"format\": 2, \"versions\": {\"millrace\": \"0.9.0\"}, \"x\": 1}"))
        .isInstanceOf(IOException.class)
        .hasMessage("it has format 2, of Millrace 0.9.0 (this one reads up to 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"height\" : 8 | \"height\" : 0 | Invalid input.height: 0 (must be 1 to 65536)",
        "\"height\" : 8 | \"height\" : 99999 | Invalid input.height: 99999 (must be 1 to 65536)",
        "\"channels\" : 1 | \"channels\" : 2 | Invalid input.channels: 2 (must be 1 or 3)",
        "\"channels\" : 1 | \"channels\" : 3 | Invalid input.channel_order: grey (must be RGB)",
        "NCHW | NHWC | Invalid input.layout: NHWC (must be NCHW)",
        "[ 0.0, 1.0 ] | [ 0.0, 255.0 ] | Invalid input.range: [0.0, 255.0] (must be [0.0, 1.0])",
        "[ 0.286 ] | [ 0.286, 0.3 ] | Invalid input.mean: [0.286, 0.3] (must be 1 finite values)",
        "[ 0.353 ] | [ 0.0 ] | Invalid input.deviation: [0.0] (must be 1 finite values above 0)",
        "0.875 | 1.5 | Invalid input.crop_share: 1.5 (must be above 0, at most 1)",
        "\"grass\" | \"brick\" | Invalid classes: brick (must be distinct names)",
        "\"grass\" | null | Invalid classes: null (must be distinct names)",
        "0.9375 | 1.1 | Invalid metrics.top1: 1.1 (must be from 0 to 1)",
        "\"format\" : 1 | \"format\" : 0 | Invalid format: 0 (must be 1)",
        "\"nightly\" | null | Invalid run: null (must be a name and a network)",
      })
  void whatCannotBeIsDamage(String part, String other, String reason) {
    String json = CARD.toJson();
    assertThat(json).contains(part);
    assertThatThrownBy(() -> parse(json.replace(part, other)))
        .isInstanceOf(IOException.class)
        .hasMessage("it is damaged: " + reason);
  }

  @Test
  void whatIsCutOrMissingIsDamageToo() {
    String json = CARD.toJson();
    for (String damaged :
        List.of(
            "",
            "null",
            "[1]",
            json.substring(0, json.length() / 2),
            json + json,
            json.replace("\"height\" : 8,", ""),
            json.replace("\"height\" : 8", "\"height\" : \"8\""),
            json.replace("\"height\" : 8", "\"height\" : 8, \"height\" : 9"),
            json.replace("\"classes\"", "\"names\""))) {
      assertThatThrownBy(() -> parse(damaged))
          .as(damaged)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("it is damaged: ")
          .hasMessageNotContaining("\n");
    }
  }
}
