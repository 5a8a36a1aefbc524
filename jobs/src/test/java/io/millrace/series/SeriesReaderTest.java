package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigException;
import io.millrace.config.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesReaderTest {
  private static final String BASE =
      """
      output: runs
      input: {height: 28, width: 28, channels: 1}
      learningRate: {schedule: step, stepEvery: 2}
      """;

  private static Series read(String changes, String... overrides) throws IOException {
    return SeriesReader.read(
        "conf/ablation/tricks.yaml",
        "name: tricks\nbase: ../base.yaml\nseeds: [1, 7]\n" + changes,
        List.of(overrides),
        Map.of("conf/base.yaml", BASE)::get);
  }

  private static RunConfig config(Series series, String run) {
    return series.runs().filter(each -> each.name().equals(run)).findFirst().orElseThrow().config();
  }

  private static final String THREE =
      """
      changes:
        - {name: small, set: {training.batchPerWorker: 64, loss.labelSmoothing: 0.2}}
        - {name: large, set: {training.batchPerWorker: 512}}
        - {name: cosine, set: {learningRate: {schedule: cosine}}}
      """;

  @Test
  void aLadderAddsUpAndEachSeedIsARun() throws IOException {
    Series series = read(THREE);
    assertThat(series.runs().map(SeriesRun::name))
        .containsExactly("small-1", "small-7", "large-1", "large-7", "cosine-1", "cosine-7");
    RunConfig last = config(series, "cosine-7");
    assertThat(last.seed()).isEqualTo(7);
    assertThat(last.output()).isEqualTo("runs/tricks");
    assertThat(last.training().batchPerWorker()).isEqualTo(512);
    assertThat(last.loss().labelSmoothing()).isEqualTo(0.2);
    assertThat(last.input().height()).isEqualTo(28);
    assertThat(series.rows())
        .extracting(row -> row.against().orElse("none"))
        .containsExactly("none", "small", "large");
  }

  @Test
  void variantsStandOnTheBaseAndAreComparedWithTheFirst() throws IOException {
    Series series = read("form: variants\n" + THREE);
    assertThat(config(series, "cosine-1").training().batchPerWorker()).isEqualTo(128);
    assertThat(config(series, "large-1").loss().labelSmoothing()).isZero();
    assertThat(series.rows())
        .extracting(row -> row.against().orElse("none"))
        .containsExactly("none", "small", "small");
  }

  @Test
  void aRowMayStandOnAnyOneAboveIt() throws IOException {
    Series series =
        read(
            THREE
                + "  - {name: side, from: small, seeds: [3], set: {model.depth: 56}}\n"
                + "  - {name: bare, from: base, set: {model.depth: 32}}\n");
    assertThat(config(series, "side-3").training().batchPerWorker()).isEqualTo(64);
    assertThat(config(series, "bare-1").training().batchPerWorker()).isEqualTo(128);
    assertThat(series.rows())
        .extracting(row -> row.against().orElse("none"))
        .endsWith("small", "small");
  }

  @Test
  void flagsSetKeysOfTheFileOrOfAllRuns() throws IOException {
    Series series =
        read(THREE, "seeds=[4]", "name=again", "training.batchPerWorker=8", "output=else");
    assertThat(series.runs().map(SeriesRun::name))
        .containsExactly("small-4", "large-4", "cosine-4");
    assertThat(config(series, "large-4").training().batchPerWorker()).isEqualTo(8);
    assertThat(config(series, "large-4").output()).isEqualTo("else/again");
    assertThatThrownBy(() -> read(THREE, "seed=3"))
        .hasMessage("Invalid --set: seed=3 (must be seeds=[3])");
    assertThatThrownBy(() -> read(THREE, "set.training.epochs=3"))
        .hasMessage(
            "Invalid --set: set.training.epochs=3 (must be training.epochs=3, which is set in all"
                + " runs)");
    assertThatThrownBy(() -> read(THREE, "base.training.epochs=3"))
        .hasMessage(
            "Invalid --set: base.training.epochs=3 (must be training.epochs=3, which is set in all"
                + " runs)");
  }

  @Test
  void aRunMayLearnFromOneAboveIt() throws IOException {
    String pupil =
        "  - {name: pupil, from: small, set:"
            + " {loss.distillation.teacher: <series>/small-<seed>/model.zip}}\n";
    Series series = read(THREE + pupil);
    SeriesRun run = series.runs().filter(each -> each.name().equals("pupil-7")).findFirst().get();
    assertThat(run.config().loss().distillation().teacher())
        .isEqualTo("runs/tricks/small-7/model.zip");
    assertThat(run.alone().loss().distillation().teacher()).isNull();
    assertThat(run.needs()).contains("small-7");
    assertThatThrownBy(() -> read(THREE + pupil.replace("<series>/small", "<series>/later")))
        .hasMessage(
            "Invalid loss.distillation.teacher: runs/tricks/later-1/model.zip (must be of a run above"
                + " in the series) (in change pupil)");
  }

  @Test
  void whatIsWrongIsNamedWithItsLineAndItsChange() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    changes:
                      - {name: one, set: {loss.labelSmothing: 1}}
                      - name: two
                        from: base
                        set: {training.epochs: 0}
                    """))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "conf/ablation/tricks.yaml:5: Unknown key loss.labelSmothing (did you mean"
                + " loss.labelSmoothing?) (in change one)\n"
                + "conf/ablation/tricks.yaml:8: Invalid training.epochs: 0 (must be >= 1)"
                + " (in change two)");
  }

  @Test
  void aSeriesThatIsNoneIsRefused() {
    assertThatThrownBy(() -> read("changes: []\n"))
        .hasMessage(
            "conf/ablation/tricks.yaml:4: Invalid changes: [] (must be one at least)"
                .replace("[] (", "[] ("));
    assertThatThrownBy(() -> read(THREE + "  - {name: small}\n"))
        .hasMessageEndingWith("Invalid changes[3].name: small (must be that of no other row)");
    assertThatThrownBy(() -> read(THREE + "  - {name: side, from: later}\n"))
        .hasMessageEndingWith(
            "Invalid changes[3].from: later (must be base, or a row above it: small, large, cosine)");
    assertThatThrownBy(() -> read(THREE + "  - {name: other, set: {seed: 3}}\n"))
        .hasMessageEndingWith(
            "Invalid changes[3].set: seed (must not be set here: the series gives each run its seed)");
    assertThatThrownBy(() -> read(THREE + "  - {name: base}\n"))
        .hasMessageContaining("Invalid changes[3].name: base (must be a file name of letters");
    assertThatThrownBy(() -> read(THREE, "seeds=[1, 1]"))
        .hasMessageEndingWith("Invalid seeds: [1, 1] (must differ)");
    assertThatThrownBy(
            () -> read(THREE + "  - {name: wide, set: {training.threadsPerReplica: 2}}\n"))
        .hasMessage(
            "Invalid training.threadsPerReplica: 2 in change wide (must be the same in all runs,"
                + " which share a Spark session: 1)");
  }

  @Test
  void aBaseMayStandInTheFile() throws IOException {
    Series series =
        SeriesReader.read(
            "a.yaml",
            "{name: a, base: {output: here, training: {epochs: 3}}, changes: [{name: b}]}",
            List.of(),
            file -> {
              throw new IOException(file);
            });
    assertThat(config(series, "b-1").training().epochs()).isEqualTo(3);
    assertThat(config(series, "b-1").output()).isEqualTo("here/a");
  }
}
