package io.millrace.nightly;

import io.millrace.line.Champion;
import io.millrace.line.Comparison;
import io.millrace.line.DataFacts;
import io.millrace.line.Drift;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.report.LinePage;
import io.millrace.report.Tile;
import io.millrace.settings.Counts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The page of a line in words and numbers.
 *
 * @param history the line's
 * @param command the command line; empty for a program's own night
 */
record LineHtml(HistoryReport history, String command) {
  private static final String NONE = "–";
  private static final String ABOUT =
      "Both models of a night answer for the same held-out images, which nothing in training reads."
          + " The difference is challenger less champion in points of top-1, with the 95 % interval"
          + " of a paired bootstrap; the challenger is promoted where that does not reach further"
          + " below 0 than the margin, tonight and on last night's images. Gained are images that"
          + " the challenger alone has right, lost those that the champion alone has; p is that of"
          + " McNemar's exact test, the probability of so lopsided a table were both equally good.";

  String html() {
    return new LinePage(
            history.name(),
            facts(),
            notices(),
            tiles(),
            charts(),
            new LinePage.Nights(
                newestFirst(history.nights()).stream().map(LineHtml::outcome).toList(),
                models(),
                data(),
                List.copyOf(history.pages())),
            champions(),
            ABOUT)
        .html();
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    String now = Instant.now().toString();
    facts.put("as of", "%s %s UTC".formatted(now.substring(0, 10), now.substring(11, 16)));
    facts.put(
        "champion", history.champions().current().map(history.line()::model).orElse("none yet"));
    facts.put("command", command);
    facts.put("version", "Millrace " + RunManifest.currentVersions().get("millrace"));
    return facts;
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>();
    List<Night> nights = history.nights();
    if (!nights.isEmpty()) {
      Night last = nights.get(nights.size() - 1);
      if (last.verdict() == null) {
        notices.add(
            "%s is not over: %s. The same command goes on with it."
                .formatted(last.date(), last.state()));
      } else if (last.verdict().outcome() == Outcome.REFUSED) {
        notices.add(
            "%s was refused: %s. The champion stays; --accept drift takes the data."
                .formatted(last.date(), last.verdict().why()));
      } else if (last.verdict().outcome() == Outcome.DIVERGED) {
        notices.add("%s diverged: %s".formatted(last.date(), last.verdict().why()));
      }
    }
    history
        .champions()
        .current()
        .filter(each -> each.how() == Champion.How.ROLLED_BACK)
        .ifPresent(
            each ->
                notices.add(
                    "The champion of %s was put back: %s.".formatted(each.night(), each.why())));
    return notices;
  }

  private List<Tile> tiles() {
    Optional<Champion> champion = history.champions().current();
    Optional<Night> tested = champion.flatMap(each -> history.night(each.night()));
    List<Night> nights = history.nights();
    return List.of(
        new Tile(
            "champion",
            champion.map(Champion::night).orElse(NONE),
            champion
                .map(each -> each.how() == Champion.How.PROMOTED ? "promoted" : "put back")
                .orElse("none yet")),
        new Tile(
            "its top-1",
            tested
                .map(each -> Figures.percent(HistoryReport.top1(each).orElse(Double.NaN)))
                .orElse(NONE),
            tested
                .filter(each -> HistoryReport.top1(each).isPresent())
                .map(each -> "on " + Counts.of(each.data().heldOut(), "held-out image"))
                .orElse("not measured")),
        new Tile(
            "nights",
            String.valueOf(nights.size()),
            "%d promoted, %d kept the champion"
                .formatted(count(Outcome.PROMOTED), count(Outcome.KEPT))),
        new Tile(
            "new images",
            Figures.format(
                "%,d",
                nights.stream()
                    .filter(Night::hasData)
                    .mapToLong(night -> night.data().own().all())
                    .sum()),
            "over all nights"));
  }

  private long count(Outcome outcome) {
    return history.nights().stream()
        .filter(night -> night.verdict() != null && night.verdict().outcome() == outcome)
        .count();
  }

  private LinePage.Charts charts() {
    List<String> dates = history.nights().stream().map(Night::date).toList();
    return new LinePage.Charts(
        dates,
        history.nights().stream()
            .mapToDouble(night -> HistoryReport.top1(night).orElse(Double.NaN))
            .toArray(),
        compared(each -> each.table().champion()),
        compared(each -> 100 * each.table().difference()),
        compared(each -> 100 * each.low()),
        compared(each -> 100 * each.high()),
        history.nights().stream()
            .mapToDouble(night -> night.data() == null ? 0 : night.data().own().all())
            .toArray(),
        of(night -> drift(night).map(Drift::classes)),
        of(night -> facts(night).map(DataFacts::brightness)),
        of(night -> facts(night).map(DataFacts::quarantineShare)),
        history.champions().current().map(each -> dates.indexOf(each.night())).orElse(-1));
  }

  private double[] compared(ToDoubleFunction<Comparison> figure) {
    return of(night -> HistoryReport.tonight(night).map(figure::applyAsDouble));
  }

  private double[] of(Function<Night, Optional<Double>> figure) {
    return history.nights().stream()
        .mapToDouble(night -> figure.apply(night).orElse(Double.NaN))
        .toArray();
  }

  private static Optional<DataFacts> facts(Night night) {
    return Optional.ofNullable(night.data()).map(Night.Data::own);
  }

  private static Optional<Drift> drift(Night night) {
    return Optional.ofNullable(night.data()).map(Night.Data::drift);
  }

  private static LinePage.Outcome outcome(Night night) {
    String why = night.verdict() == null ? "not over" : night.verdict().why();
    return new LinePage.Outcome(night.date(), night.state(), why);
  }

  private LinePage.Rows models() {
    List<List<String>> rows = new ArrayList<>();
    for (Night night : newestFirst(history.nights())) {
      List<Comparison> compared =
          night.verdict() == null ? List.of() : night.verdict().comparisons();
      for (Comparison each : compared) {
        rows.add(
            List.of(
                night.date(),
                each.night(),
                Figures.format("%,d", each.table().examples()),
                Figures.percent(each.table().challenger()),
                Figures.percent(each.table().champion()),
                NightReport.interval(each),
                Figures.format("%,d", each.table().both()),
                Figures.format("%,d", each.table().gained()),
                Figures.format("%,d", each.table().lost()),
                Figures.format("%,d", each.table().neither()),
                Figures.number(each.p())));
      }
      if (night.verdict() != null && night.verdict().alone() != null) {
        rows.add(alone(night.date(), night.verdict().alone()));
      }
    }
    return new LinePage.Rows(
        List.of("night"),
        List.of(
            "images of",
            "images",
            "top-1",
            "champion",
            "difference",
            "both right",
            "gained",
            "lost",
            "both wrong",
            "p"),
        rows);
  }

  /** A model that was compared with none. */
  private static List<String> alone(String night, Night.Alone alone) {
    List<String> row = new ArrayList<>(List.of(night, night));
    row.add(Figures.format("%,d", alone.examples()));
    row.add(Figures.percent(alone.top1()));
    row.addAll(Collections.nCopies(7, NONE));
    return row;
  }

  private LinePage.Rows data() {
    List<List<String>> rows = new ArrayList<>();
    for (Night night : newestFirst(history.nights())) {
      Night.Data data = night.data();
      if (data != null) {
        Optional<Drift> drift = drift(night);
        rows.add(
            List.of(
                night.date(),
                data.newClasses().isEmpty() ? NONE : String.join(", ", data.newClasses()),
                Figures.format("%,d", data.own().all()),
                Figures.format("%,d", data.train()),
                Figures.format("%,d", data.heldOut()),
                drift.map(each -> Figures.number(each.classes())).orElse(NONE),
                drift.map(each -> Figures.number(each.mean())).orElse(NONE),
                Figures.number(data.own().brightness()),
                Figures.percent(data.own().quarantineShare())));
      }
    }
    return new LinePage.Rows(
        List.of("night", "new classes"),
        List.of(
            "new images",
            "trained on",
            "held out",
            "classes moved",
            "mean moved",
            "brightness",
            "quarantine"),
        rows);
  }

  private LinePage.Rows champions() {
    return new LinePage.Rows(
        List.of("night", "since", "how", "why"),
        List.of(),
        newestFirst(history.champions().all()).stream()
            .map(
                each ->
                    List.of(
                        each.night(),
                        each.since().replace('T', ' ').replace("Z", " UTC"),
                        each.how() == Champion.How.PROMOTED ? "promoted" : "put back",
                        each.why()))
            .toList());
  }

  private static <T> List<T> newestFirst(List<T> all) {
    List<T> reversed = new ArrayList<>(all);
    Collections.reverse(reversed);
    return reversed;
  }
}
