package io.millrace.nightly;

import io.millrace.line.Comparison;
import io.millrace.line.Drift;
import io.millrace.line.Night;
import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The nights of a line as tables: a few columns for people, all of them for programs. */
final class HistoryTable {
  private static final List<String> COLUMNS =
      List.of(
          "night",
          "outcome",
          "new_images",
          "new_classes",
          "train",
          "held_out",
          "top1",
          "champion_top1",
          "difference",
          "low",
          "high",
          "both_right",
          "gained",
          "lost",
          "both_wrong",
          "mcnemar_p",
          "last_night_low",
          "class_drift",
          "mean_drift",
          "brightness",
          "quarantine_share",
          "train_seconds",
          "why");

  private HistoryTable() {}

  /** A head, and a line for each night. */
  static List<List<String>> words(HistoryReport history) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("night", "outcome", "new images", "top-1", "champion", "difference", "why"));
    history.nights().forEach(night -> table.add(words(history, night)));
    return table;
  }

  private static List<String> words(HistoryReport history, Night night) {
    Optional<Comparison> tonight = HistoryReport.tonight(night);
    return List.of(
        night.date(),
        history.state(night),
        night.data() == null ? "–" : Figures.format("%,d", night.data().own().all()),
        Figures.percent(HistoryReport.top1(night).orElse(Double.NaN)),
        tonight.map(each -> Figures.percent(each.table().champion())).orElse("–"),
        tonight.map(NightReport::interval).orElse("–"),
        night.verdict() == null ? "" : night.verdict().why());
  }

  /** All figures; what was not measured is empty. */
  static String csv(HistoryReport history) {
    StringBuilder csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (Night night : history.nights()) {
      csv.append(cells(night).stream().map(HistoryTable::cell).collect(Collectors.joining(",")))
          .append('\n');
    }
    return csv.toString();
  }

  private static List<Object> cells(Night night) {
    Night.Data data = night.data();
    List<Comparison> compared = night.verdict() == null ? List.of() : night.verdict().comparisons();
    Optional<Comparison> tonight = compared.stream().findFirst();
    OptionalDouble top1 = HistoryReport.top1(night);
    Optional<Drift> drift = Optional.ofNullable(data).map(Night.Data::drift);
    return Arrays.asList(
        night.date(),
        night.state(),
        data == null ? "" : data.own().all(),
        data == null ? "" : String.join(" ", data.newClasses()),
        data == null ? "" : data.train(),
        data == null ? "" : data.heldOut(),
        top1.isPresent() ? top1.getAsDouble() : "",
        figure(tonight, each -> each.table().champion()),
        figure(tonight, each -> each.table().difference()),
        figure(tonight, Comparison::low),
        figure(tonight, Comparison::high),
        tonight.<Object>map(each -> each.table().both()).orElse(""),
        tonight.<Object>map(each -> each.table().gained()).orElse(""),
        tonight.<Object>map(each -> each.table().lost()).orElse(""),
        tonight.<Object>map(each -> each.table().neither()).orElse(""),
        figure(tonight, Comparison::p),
        figure(compared.stream().skip(1).findFirst(), Comparison::low),
        figure(drift, Drift::classes),
        figure(drift, Drift::mean),
        data == null ? "" : data.own().brightness(),
        data == null ? "" : data.own().quarantineShare(),
        night.trained() == null ? "" : night.trained().seconds(),
        night.verdict() == null ? "" : night.verdict().why());
  }

  private static <T> Object figure(Optional<T> of, ToDoubleFunction<T> figure) {
    return of.<Object>map(figure::applyAsDouble).orElse("");
  }

  /** Texts may hold commas and quotes. */
  private static String cell(Object value) {
    String text =
        value instanceof Double number
            ? String.format(Locale.ROOT, "%.6g", number)
            : String.valueOf(value);
    return text.matches("(?s).*[,\"\n\r].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
