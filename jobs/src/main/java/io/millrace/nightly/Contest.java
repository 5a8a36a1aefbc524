package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.formats.WeightFiles;
import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.Comparison;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Verdict;
import io.millrace.line.Promotion;
import io.millrace.model.init.Pretrained;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The challenger of a night against the model in its way: what comes of it. Lives on the driver.
 *
 * @param line the line
 * @param runs the training runs of its nights
 * @param config the night's config
 */
record Contest(
    SparkSession spark, LineFolder line, NightRuns runs, RunConfig config, NightWatcher watcher) {
  /**
   * The model in the challenger's way.
   *
   * @param model its path
   * @param sha256 of it; of a base that is not the line's own, its path
   */
  record Rival(String model, String sha256) {}

  /** The champion, or the base if that says which classes it tells apart. */
  Optional<Rival> rival(Champions champions) throws IOException {
    Optional<Champion> champion = champions.current();
    if (champion.isPresent()) {
      return champion.map(each -> new Rival(line.model(each), each.sha256()));
    }
    Optional<String> base = config.init().pretrained().map(Pretrained::path);
    return base.isPresent() && WeightFiles.open(hadoop(), base.get()).card().isPresent()
        ? base.map(path -> new Rival(path, path))
        : Optional.empty();
  }

  /**
   * Compares and decides.
   *
   * @throws IllegalStateException if the champion's model is not the file that was promoted
   */
  Verdict verdict(Night night) throws IOException {
    Champions champions = line.champions();
    if (champions.current().isPresent()) {
      requireWhole(champions.current().get());
    }
    Optional<Rival> rival = rival(champions);
    boolean measured = night.data().heldOut() > 0;
    List<Comparison> comparisons =
        rival.isPresent() && measured ? comparisons(night, rival.get()) : List.of();
    Night.Alone alone = rival.isEmpty() && measured ? alone(night) : null;
    Promotion decided = decided(rival, comparisons, measured);
    return new Verdict(
        decided.promotes() ? Outcome.PROMOTED : Outcome.KEPT,
        decided.why(),
        rival.map(Rival::sha256).orElse(null),
        comparisons,
        alone,
        FinetuneJob.now());
  }

  private Promotion decided(Optional<Rival> rival, List<Comparison> comparisons, boolean measured) {
    if (rival.isEmpty()) {
      return Promotion.first(measured);
    }
    return comparisons.isEmpty()
        ? new Promotion(false, "no image is held out to compare it with the champion on")
        : Promotion.by(comparisons, config.line().margin(), config.line().leastHeldOut());
  }

  private Night.Alone alone(Night night) throws IOException {
    RunConfig run = runs.of(LocalDate.parse(night.date()), night);
    return duel(night, null).alone(run);
  }

  private Duel duel(Night night, String rival) {
    return new Duel(spark, line.path(night.date(), RunFolder.MODEL), rival, watcher);
  }

  private List<Comparison> comparisons(Night night, Rival rival) throws IOException {
    Duel duel = duel(night, rival.model());
    List<Comparison> comparisons = new ArrayList<>();
    RunConfig run = runs.of(LocalDate.parse(night.date()), night);
    comparisons.add(duel.tonight(night.date(), run));
    NightData data = NightData.of(line, night.date(), config);
    Optional<Night> last = data.last();
    if (last.isPresent() && !data.holdsAllOf(last.get())) {
      watcher.line(
          "not compared   on the images of %s: retention has taken some of them"
              .formatted(last.get().date()));
    } else if (last.isPresent() && holdsOutOthers(night, last.get())) {
      LocalDate before = LocalDate.parse(last.get().date());
      comparisons.add(duel.before(last.get().date(), runs.of(before, night)));
    }
    return comparisons;
  }

  /** Whether last night's held-out images are there, and not the same as tonight's. */
  private boolean holdsOutOthers(Night night, Night last) throws IOException {
    PreparedDataset before = PreparedDataset.open(line.setPath(last.date()), hadoop());
    PreparedDataset tonight = PreparedDataset.open(line.setPath(night.date()), hadoop());
    return before.rows(Split.TEST) > 0
        && !before.idSum(Split.TEST).equals(tonight.idSum(Split.TEST));
  }

  /** What is compared with is what was promoted. */
  private void requireWhole(Champion champion) throws IOException {
    if (!line.isWhole(champion)) {
      throw new IllegalStateException(
          "Cannot compare with the champion: %s is not the file that was promoted (put it back, or roll back)"
              .formatted(line.model(champion)));
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
