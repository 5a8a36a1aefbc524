package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.LineFolder;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an earlier champion of a line back in its place, in one step. Runs on the driver. */
public final class RollbackJob {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackJob.class);

  private RollbackJob() {}

  /**
   * Rolls back.
   *
   * @param config whose line
   * @param to the night of the champion; the one before the present one unless given
   * @param why in words
   * @param command the command line, for the page
   * @param stop whether somebody has asked for the end
   * @return the line as it is then
   * @throws IllegalArgumentException if there is no such champion
   * @throws IOException if its model is not there any more, or not as it was
   */
  public static HistoryReport run(
      RunConfig config,
      Optional<String> to,
      String why,
      String command,
      Configuration hadoop,
      BooleanSupplier stop)
      throws IOException {
    LineFolder line = HistoryReport.of(config, hadoop).line();
    Holder me = Holder.here("rollback", "none");
    try (Lease lease = Lease.take(hadoop, new Path(line.folder().path("")), me, stop)) {
      Champions before = line.champions();
      Champions champions = before.rolledBack(to, FinetuneJob.now(), why);
      requireWhole(line, champions.current().orElseThrow());
      lease.check();
      champions.write(line.folder());
      say(before, champions);
      HistoryReport history = HistoryReport.of(line, config);
      history.write(command);
      return history;
    }
  }

  /** Which nights lost their place, whose data is trained on still. */
  private static void say(Champions before, Champions now) {
    List<String> aside =
        before.all().stream()
            .map(Champion::night)
            .distinct()
            .filter(night -> now.putAside(night) && !before.putAside(night))
            .toList();
    LOG.info(
        "put back       {}{}",
        now.current().orElseThrow().night(),
        aside.isEmpty()
            ? ""
            : "; later nights train on the data of %s still (line.without: %s leaves it out)"
                .formatted(String.join(", ", aside), aside));
  }

  private static void requireWhole(LineFolder line, Champion champion) throws IOException {
    if (!line.has(champion)) {
      throw new IllegalArgumentException(
          "Cannot roll back to %s: its model is gone, as line.keepNights and line.keepDays say"
              .formatted(champion.night()));
    }
    if (!line.isWhole(champion)) {
      throw new IllegalArgumentException(
          "Cannot roll back to %s: %s is not the file that was promoted"
              .formatted(champion.night(), line.model(champion)));
    }
  }
}
