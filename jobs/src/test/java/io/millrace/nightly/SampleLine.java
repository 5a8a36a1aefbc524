package io.millrace.nightly;

import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.Comparison;
import io.millrace.line.DataFacts;
import io.millrace.line.Drift;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Verdict;
import io.millrace.line.Paired;
import io.millrace.line.PairedBootstrap;
import io.millrace.line.Promotion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A line of nights as they leave their records, without data or models. */
final class SampleLine {
  static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

  private SampleLine() {}

  /**
   * Writes so many nights: every fourth keeps the champion, the seventh brings a class, the last is
   * refused.
   */
  static LineFolder write(Path folder, int nights) throws IOException {
    LineFolder line =
        LineFolder.open(new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()));
    Champions champions = new Champions(List.of());
    DataFacts before = null;
    for (int i = 0; i < nights; i++) {
      String date = FIRST.plusDays(i).toString();
      DataFacts facts = facts(i);
      Drift drift = before == null ? null : Drift.between(before, facts);
      Night night =
          new Night(date, date + "T02:00:00Z", new Night.Start(null, "its own initial weights"))
              .with(
                  new Night.Data(
                      facts,
                      false,
                      i == 6 ? List.of("tree, small") : List.of(),
                      "set" + i,
                      facts.train() * Math.min(7, i + 1),
                      facts.heldOut() * (i + 1),
                      drift));
      Verdict verdict = verdict(date, i, i == nights - 1);
      night =
          verdict.outcome() == Outcome.REFUSED
              ? night.with(verdict)
              : night.with(new Night.Trained("sha" + i, 83.5 + i)).with(verdict);
      line.write(night);
      line.folder().write(LineFolder.file(date, "report.html"), "a page");
      if (verdict.outcome() == Outcome.PROMOTED) {
        champions =
            champions.with(
                new Champion(
                    date,
                    LineFolder.file(date, "model.zip"),
                    "sha" + i,
                    date + "T02:10:00Z",
                    Champion.How.PROMOTED,
                    verdict.why()));
      }
      before = facts;
    }
    champions.write(line.folder());
    return line;
  }

  private static DataFacts facts(int i) {
    List<String> classes = new ArrayList<>(List.of("cat", "dog", "house", "boat"));
    List<Long> images =
        new ArrayList<>(List.of(900L + 40L * i, 1100L - 30L * i, 800L, 700L + 9L * i));
    if (i >= 6) {
      classes.add("tree, small");
      images.add(400L);
    }
    List<Double> mean = List.of(0.48 + 0.004 * i, 0.45, 0.40 - 0.002 * i);
    return new DataFacts(
        "data" + i, classes, images, 2800, 350, mean, List.of(0.2, 0.2, 0.2), 3L * (i % 5));
  }

  private static Verdict verdict(String date, int i, boolean last) {
    if (i == 0) {
      return new Verdict(
          Outcome.PROMOTED,
          Promotion.first(true).why(),
          null,
          List.of(),
          new Night.Alone(350, 0.8125),
          date + "T02:09:00Z");
    }
    if (last) {
      String why =
          "the brightness moved by 0.310 since the night before, and line.drift.brightness allows"
              + " 0.2";
      return new Verdict(Outcome.REFUSED, why, null, List.of(), null, date + "T02:09:00Z");
    }
    Paired table = new Paired(2600 + 20L * i, 90 + 3L * i, i % 4 == 3 ? 160 : 85, 500);
    PairedBootstrap bootstrap = new PairedBootstrap(1000, 1);
    String yesterday = FIRST.plusDays(i - 1L).toString();
    List<Comparison> comparisons =
        List.of(
            Comparison.of(date, "set" + i, table, bootstrap),
            Comparison.of(yesterday, "set", new Paired(2500, 80, 82, 470), bootstrap));
    Promotion decided = Promotion.by(comparisons, 1, 100);
    return new Verdict(
        decided.promotes() ? Outcome.PROMOTED : Outcome.KEPT,
        decided.why(),
        "sha",
        comparisons,
        null,
        date + "T02:09:00Z");
  }
}
