package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ModelCard;
import io.millrace.model.ModelCards;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelDescriptionTest {
  @Test
  void aModelOfWhichNoRunSaysMoreIsDescribedByItsCard() {
    ModelCard card =
        ModelCards.card("cat", "dog")
            .with(new ModelCard.Metrics(3, 0.5, "validation", 0.4, 0.875, 1.0));
    String text = ModelDescription.of(card, "0123", Optional.empty());
    assertThat(text)
        .startsWith("# nightly\n\ncifar-resnet of depth 8, 2 classes, for images of 8 x 8, grey.\n")
        .contains("To tell which one of these an image shows: cat, dog.")
        .contains("- measured on: validation, after epoch 3\n- top-1: 87.50 %\n")
        .contains("- fingerprint, plan: p\n")
        .doesNotContain("## Data", "## Recipe");
    assertThat(ModelDescription.isOf(text, "0123")).isTrue();
    assertThat(ModelDescription.isOf(text, "012")).isFalse();
    assertThat(ModelDescription.of(ModelCards.card("cat", "dog"), "0", Optional.empty()))
        .contains("## Metrics\n\nNot measured.\n");
  }

  @Test
  void namesAreShownAndNeverSigns() {
    Markdown text =
        new Markdown()
            .title(1, "a\n# b")
            .item("<script>", "*x* [y](z) `w`")
            .table(List.of("class", "n"), List.of(List.of("a|b", "1")));
    assertThat(text)
        .hasToString(
            """
            # a \\# b

            - &lt;script>: \\*x\\* \\[y\\](z) \\`w\\`

            | class | n |
            |---|---:|
            | a\\|b | 1 |
            """);
  }
}
