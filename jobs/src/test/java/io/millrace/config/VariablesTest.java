package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private static final Variables ENVIRONMENT =
      Variables.of(Map.of("LAKE", "hdfs://lake", "N", "7", "date", "never"));
  private static final Variables NIGHT = ENVIRONMENT.on(LocalDate.of(2026, 3, 9));

  private static RunConfig read(Variables variables, String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides), variables);
  }

  @Test
  void whatStandsForThemIsPutIntoFileAndFlags() {
    RunConfig config =
        read(
            NIGHT,
            "source: {path: '${LAKE}/day=${date}', classes: ['${year}', '${month}/${day}']}",
            "output=${LAKE}/out",
            "training.epochs=${N}");
    assertThat(config.source().place()).isEqualTo("hdfs://lake/day=2026-03-09");
    assertThat(config.source().classes()).containsExactly("2026", "03/09");
    assertThat(config.output()).isEqualTo("hdfs://lake/out");
    assertThat(config.training().epochs()).isEqualTo(7);
  }

  @Test
  void whatIsUnknownIsNamedInALineEach() {
    assertThatThrownBy(
            () ->
                read(
                    ENVIRONMENT,
                    "source:\n  path: ${NO_LAKE}/${date}\n  image: ${a b}\n  label: ${LAKE",
                    "output=${NOWHERE}"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "run.yaml:2: Unknown variable ${NO_LAKE} (must be set in the environment)",
                        "run.yaml:2: Unknown variable ${date} (only finetune has a date)",
                        "run.yaml:3: Invalid variable ${a b} (must be ${NAME})",
                        "run.yaml:4: Invalid variable ${LAKE (must be ${NAME})",
                        "--set output=${NOWHERE}: Unknown variable ${NOWHERE} (must be set in the"
                            + " environment)"));
  }

  /** What a variable holds is a value, not a key, a comment or another variable. */
  @Test
  void whatIsPutInIsNotReadAgain() {
    Variables odd = Variables.of(Map.of("ODD", "a #b: ${LAKE} $1 \\"));
    assertThat(read(odd, "output: ${ODD}").output()).isEqualTo("a #b: ${LAKE} $1 \\");
  }

  @Test
  void aResolvedConfigHasNoVariables() {
    assertThat(ConfigReader.resolved("output: ${LAKE}/x").output()).isEqualTo("${LAKE}/x");
  }
}
