package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.line.Night.Alone;
import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Start;
import io.millrace.line.Night.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightRecordTest {
  private static final String DATE = "2026-11-21";
  private static final String FILE = "nights/" + DATE + "/night.json";

  @TempDir private Path folder;

  private LineFolder line() {
    return LineFolder.open(new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()));
  }

  private static Night promoted(Alone alone) {
    Night night = new Night(DATE, "2026-11-21T02:00:00Z", new Start(null, "scratch"));
    return night.with(
        new Verdict(Outcome.PROMOTED, "the first", null, List.of(), alone, "2026-11-21T03:00:00Z"));
  }

  @Test
  void itReadsBackEqual() throws IOException {
    Night night = promoted(new Alone(120, 0.75));
    line().write(night);
    assertThat(line().night(DATE)).contains(night);
  }

  @Test
  void oneOfBeforeFirstNightsWereMeasuredReadsAsNotMeasured() throws IOException {
    LineFolder line = line();
    line.write(promoted(new Alone(120, 0.75)));
    ObjectNode old = SealedJson.read(line.folder(), FILE, 1).orElseThrow();
    assertThat(((ObjectNode) old.get("verdict")).remove("alone")).isNotNull();
    SealedJson.write(line.folder(), FILE, 1, old);
    assertThat(line.night(DATE)).contains(promoted(null));
  }
}
