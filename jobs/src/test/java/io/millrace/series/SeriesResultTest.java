package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.metrics.EpochMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeriesResultTest {
  private static final String FILE =
      """
      name: made
      base: {training: {epochs: 2}}
      changes: [{name: a}, {name: b}, {name: c}, {name: d, seeds: [1]}]
      """;

  private static Series series() throws IOException {
    return SeriesReader.read("made.yaml", FILE, List.of(), file -> "");
  }

  /** An epoch of 100 examples that took 8 s to train and 2 to validate, at 20 images/s. */
  private static EpochMetrics epoch(int number, double top1) {
    return new EpochMetrics(
        number,
        "2026-11-26T09:00:00Z",
        Map.of(
            "examples_seen", 100L,
            "images_per_second", 20.0,
            "wall_seconds", 8.0,
            "validation_seconds", 2.0,
            "val_top1", top1));
  }

  private static Standing done(double best, double last) {
    return new Standing(Standing.State.DONE, List.of(epoch(1, best), epoch(2, last)), "");
  }

  private static SeriesResult result(Map<String, Standing> standings) throws IOException {
    Series series = series();
    List<PlannedRun> runs = new ArrayList<>();
    for (SeriesRun run : series.runs().toList()) {
      runs.add(new PlannedRun(run, standings.getOrDefault(run.name(), Standing.NOTHING), 100));
    }
    return new SeriesResult(series, runs);
  }

  private static final Map<String, Standing> SOME =
      Map.of(
          "a-1", done(0.95, 0.90),
          "a-2", done(0.91, 0.91),
          "a-3", done(0.92, 0.92),
          "b-1", done(0.93, 0.93),
          "b-2", done(0.94, 0.94),
          "b-3", done(0.95, 0.95),
          "c-1", done(0.90, 0.90),
          "c-2", done(0.99, 0.99),
          "c-3",
              new Standing(Standing.State.DIVERGED, List.of(epoch(1, 0.1)), "a loss is not finite"),
          "d-1", done(0.9, 0.9));

  @Test
  void aDifferenceIsTakenSeedBySeedAndOnlyOfRunsThatAreDone() throws IOException {
    List<RowResult> rows = result(SOME).rows();
    assertThat(rows.get(1).difference().mean()).isCloseTo(0.03, within(1e-12));
    assertThat(rows.get(1).difference().deviation()).isCloseTo(0, within(1e-12));
    assertThat(rows.get(2).difference().n()).isEqualTo(2);
    assertThat(rows.get(2).difference().mean()).isCloseTo(0.01, within(1e-12));
    assertThat(rows.get(2).top1s()).containsExactly(0.90, 0.99);
    assertThat(rows.get(0).of(PlannedRun::bestTop1).mean())
        .isCloseTo((0.95 + 0.91 + 0.92) / 3, within(1e-12));
  }

  @Test
  void whatSeedsCannotTellIsNotToldApart() throws IOException {
    assertThat(result(SOME).rows())
        .extracting(RowResult::verdict)
        .containsExactly(
            RowResult.Verdict.NONE,
            RowResult.Verdict.BETTER,
            RowResult.Verdict.OPEN,
            RowResult.Verdict.ONE_SEED);
  }

  @Test
  void theTableIsReadAsItStands() throws IOException {
    List<List<String>> table = result(SOME).table();
    assertThat(table.get(2))
        .containsExactly(
            "b",
            "3",
            "94.00 % ± 1.00",
            "+3.00 ± 0.00",
            "better",
            "a",
            "93.00 .. 95.00",
            "94.00 %",
            "20.0",
            "20 s");
    assertThat(table.get(3)).startsWith("c", "2 of 3", "94.50 % ± 6.36");
    assertThat(table.get(1)).contains("–");
  }

  @Test
  void theTimeLeftIsThatOfTheSameChangeElseOfTheOneAbove() throws IOException {
    SeriesResult part =
        result(
            Map.of(
                "b-1",
                done(0.9, 0.9),
                "b-2",
                new Standing(Standing.State.BEGUN, List.of(epoch(1, 0.9)), "")));
    TimeLeft left = new TimeLeft(part.runs());
    assertThat(left.seconds(4)).isCloseTo(10, within(1e-9)); // b-2: one epoch of two
    assertThat(left.seconds(5)).isCloseTo(20, within(1e-9)); // b-3
    assertThat(left.seconds(0)).isCloseTo(20, within(1e-9)); // a-1: the nearest below it
    assertThat(left.seconds()).isCloseTo(3 * 20 + 10 + 20 + 3 * 20 + 20, within(1e-9));
    assertThat(new TimeLeft(result(Map.of()).runs()).seconds()).isNaN();
  }

  @Test
  void whatIsMeasuredIsInTheFiles() throws IOException {
    SeriesResult result = result(SOME);
    List<String> csv = SeriesFiles.csv(result).lines().toList();
    assertThat(csv).hasSize(5);
    assertThat(csv.get(0).split(",")).hasSameSizeAs(csv.get(3).split(",", -1));
    assertThat(csv.get(3)).startsWith("c,b,3,2,1,0.9450000000000001,").endsWith(",20.0,20.0");
    assertThat(SeriesFiles.json(result))
        .contains("\"why\" : \"a loss is not finite\"", "\"verdict\" : \"not told apart\"");
    assertThat(Stream.of(Standing.State.values()).map(result::count).reduce(0L, Long::sum))
        .isEqualTo(10);
  }
}
