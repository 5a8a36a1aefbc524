package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinceChangedTest {
  @TempDir Path dir;

  private RunConfig config(String... overrides) {
    String yaml = "source: {path: %1$s/lake}\ndataset: {path: %1$s/set}".formatted(dir);
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  @Test
  void aConfigThatWouldBePreparedOtherwiseIsSaidKeyByKey() throws Exception {
    Path lake = Files.createDirectory(dir.resolve("lake"));
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 20));
    RunConfig made = config();
    var origin = PrepareFixture.prepare(made.source(), made.dataset()).manifest().origin();
    assertThat(SinceChanged.lines(origin, made.source(), made.dataset())).isEmpty();
    RunConfig other = config("source.path=/nowhere", "dataset.validationShare=0.5");
    assertThat(SinceChanged.lines(origin, other.source(), other.dataset()))
        .containsExactly(
            "not prepared   the set is of source %s/lake, the config says /nowhere: only prepare reads that"
                .formatted(dir),
            "not prepared   the set is of dataset.validationShare 0.1, the config says 0.5: only prepare reads that");
    RunConfig some = config("source.where=label > 1");
    assertThat(SinceChanged.lines(origin, some.source(), some.dataset()))
        .containsExactly(
            "not prepared   the set is of source.where null, the config says label > 1: only prepare reads that");
    RunConfig trains = config("source.path=null", "dataset.validationShare=0.5");
    assertThat(SinceChanged.lines(origin, trains.source(), trains.dataset())).isEmpty();
  }
}
