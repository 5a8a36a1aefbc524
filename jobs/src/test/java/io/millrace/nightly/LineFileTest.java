package io.millrace.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.RunConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.model.WeightNames;
import io.millrace.model.init.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LineFileTest {
  private static final LocalDate NIGHT = LocalDate.of(2026, 11, 21);

  private static LineFile file(String... overrides) throws IOException {
    String yaml = Files.readString(Path.of("..", "conf", "nightly.yaml"));
    return new LineFile("nightly.yaml", yaml, List.of(overrides), Map.of("LAKE", "/lake"));
  }

  private static void assertRefused(String message, String... overrides) {
    assertThatThrownBy(() -> file(overrides).on(NIGHT)).hasMessage(message);
  }

  @Test
  void theShippedLineReadsTheNightsFolder() throws IOException {
    assertThat(file().on(NIGHT).source().place()).isEqualTo("/lake/2026-11-21");
  }

  @Test
  void theLineIsKnownWhereItsSourceIsNot() throws IOException {
    String yaml = Files.readString(Path.of("..", "conf", "nightly.yaml"));
    LineFile away = new LineFile("nightly.yaml", yaml, List.of(), Map.of());
    assertThat(away.ofLine().name()).isEqualTo("nightly");
    assertThatThrownBy(() -> away.on(NIGHT))
        .hasMessageContaining("Unknown variable ${LAKE} (must be set in the environment)");
    LineFile named = new LineFile("nightly.yaml", yaml, List.of("output=${OUT}"), Map.of());
    assertThatThrownBy(named::ofLine)
        .hasMessageContaining("Unknown variable ${OUT} (must be set in the environment)");
  }

  @Test
  void theRunOfANightIsTheConfigWithItsOwnPlaces() throws IOException {
    LineFolder line =
        LineFolder.existing(new Configuration(), new org.apache.hadoop.fs.Path("/out/nightly"));
    Night.Start champion = new Night.Start("file:/out/it's #1/model.zip", "the champion");
    RunConfig run = file().training(NIGHT, line, champion, false);
    assertThat(run.name()).isEqualTo("2026-11-21");
    assertThat(run.output()).isEqualTo("file:/out/nightly/nights");
    assertThat(run.dataset().path()).isEqualTo("file:/out/nightly/nights/set-2026-11-21.json");
    assertThat(run.init().from()).isEqualTo("file:/out/it's #1/model.zip");
    assertThat(file().training(NIGHT, line, champion, true).init().pretrained().orElseThrow())
        .isEqualTo(new Pretrained("file:/out/it's #1/model.zip", WeightNames.OWN, false, null));
    LineFile based = file("init.from=base.zip");
    Night.Start base = new Night.Start(null, "the base");
    assertThat(based.training(NIGHT, line, base, false).init().from()).isEqualTo("base.zip");
    assertThat(file().preparing(NIGHT, line).dataset().path())
        .isEqualTo("file:/out/nightly/nights/2026-11-21/data");
  }

  @Test
  void whatALineCannotDoIsRefusedInALine() {
    assertRefused(
        "Invalid output: out/2026-11-21 (must be the same every night, as the line has one folder)",
        "output=out/${date}");
    assertRefused(
        "Invalid name: n-21 (must be the same every night, as the line has one folder)",
        "name=n-${day}");
    assertRefused("Invalid source.path: null (must be set for finetune)", "source.path=null");
    assertRefused(
        "Invalid dataset.path: set (must be left out for finetune: each night has its own set in the"
            + " line's folder)",
        "dataset.path=set");
    assertRefused(
        "Invalid evaluation.split: test (must be validation for finetune: what decides a promotion"
            + " must steer no training)",
        "evaluation.split=test");
    assertRefused(
        "Invalid line.heldOutShare: 0.5 (must leave something to train on beside"
            + " dataset.validationShare, 0.6)",
        "line.heldOutShare=0.5",
        "dataset.validationShare=0.6");
    assertRefused(
        "--set line.window=30: Invalid line.window: 30 (must be <= keepNights, 14, which keeps the"
            + " data)",
        "line.window=30");
    assertRefused(
        "--set line.keptExitCode=75: Invalid line.keptExitCode: 75 (must be 0, or from 3 to 74)",
        "line.keptExitCode=75");
  }
}
