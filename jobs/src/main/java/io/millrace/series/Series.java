package io.millrace.series;

import io.millrace.config.RunConfig;
import io.millrace.config.Written;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A series with all its runs resolved.
 *
 * @param file what it was read from, for people
 * @param config the series file
 * @param output folder of all runs, in which the series has its own
 * @param rows one a change
 */
public record Series(String file, SeriesConfig config, String output, List<Row> rows) {
  /**
   * A change with its runs, one a seed.
   *
   * @param name of the change
   * @param from what it says that it is made in; none where its series says so
   * @param against name of the row that it is compared with
   * @param sets what it sets
   * @param anew whether that makes another config than the one it is made in
   * @param runs its runs
   */
  record Row(
      String name,
      Optional<String> from,
      Optional<String> against,
      Map<String, String> sets,
      boolean anew,
      List<SeriesRun> runs) {
    static Row of(SeriesConfig config, int change, boolean anew, List<SeriesRun> runs) {
      int with = config.comparedWith(change);
      Written set = config.changes().get(change).set();
      return new Row(
          config.changes().get(change).name(),
          Optional.ofNullable(config.changes().get(change).from()),
          with < 0 ? Optional.empty() : Optional.of(config.changes().get(with).name()),
          set.keys(),
          anew,
          runs);
    }
  }

  /** Name of the series. */
  public String name() {
    return config.name();
  }

  /** Its folder. */
  String folder() {
    return output + "/" + config.name();
  }

  /** All runs, row by row. */
  Stream<SeriesRun> runs() {
    return rows.stream().flatMap(row -> row.runs().stream());
  }

  /** The most workers that a run has. */
  public int workers() {
    return runs().mapToInt(run -> run.config().training().workers()).max().orElse(0);
  }

  /**
   * The config of the first of them: what one Spark session can have but once is the same in all.
   */
  public RunConfig first() {
    return rows.get(0).runs().get(0).config();
  }
}
