package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.recipe.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
  private static final Path REFERENCE = Path.of("..", "conf", "README.md");
  private static final String START = "<!-- keys -->\n";
  private static final String END = "<!-- /keys -->";

  @Test
  void theReferenceHasTheTableOfAllKeys() throws IOException {
    String readme = Files.readString(REFERENCE);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("rewrite")) {
      readme = readme.substring(0, start) + KeyTable.markdown() + readme.substring(end);
      Files.writeString(REFERENCE, readme);
      end = readme.indexOf(END);
    }
    assertThat(readme.substring(start, end))
        .as(
            "conf/README.md; rewrite it by: mvn -q -pl jobs -am test"
                + " -Dtest=KeyTableTest -Dsurefire.failIfNoSpecifiedTests=false -Drewrite=true")
        .isEqualTo(KeyTable.markdown());
  }

  @ParameterizedTest
  @ValueSource(strings = {ConfigSchemaTest.RUN, ConfigSchemaTest.SERIES})
  void theShippedSchemaIsThatOfTheKeys(String name) throws IOException {
    Path file = REFERENCE.resolveSibling(name);
    if (Boolean.getBoolean("rewrite")) {
      Files.writeString(file, ConfigSchemaTest.text(name));
    }
    assertThat(Files.readString(file).equals(ConfigSchemaTest.text(name)))
        .as("conf/%s is that of the keys; rewrite it as conf/README.md", name)
        .isTrue();
  }

  @Test
  void everyKeyHasARow() {
    assertThat(KeyTable.of(RunConfig.class))
        .extracting(KeyTable.Row::key)
        .contains("name", "source.classesFrom", "augment", "training.workers", "evaluation.batch")
        .doesNotHaveDuplicates();
    assertThat(KeyTable.of(RunConfig.class))
        .contains(
            new KeyTable.Row(
                "training.epochs",
                "null",
                "a whole number >= 1, or null",
                "Epochs; null for 90, or for those of the stages where there are some."),
            new KeyTable.Row(
                "optimizer.kind", "nesterov", Choices.rule(Optimizer.class), "The optimiser."));
  }
}
