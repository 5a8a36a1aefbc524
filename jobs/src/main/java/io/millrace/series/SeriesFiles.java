package io.millrace.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.metrics.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of a series for programs: a row a change as CSV, and those and all runs as JSON. */
final class SeriesFiles {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private static final List<String> COLUMNS =
      List.of(
          "change",
          "compared_with",
          "runs",
          "done",
          "failed",
          "top1_mean",
          "top1_deviation",
          "top1_min",
          "top1_max",
          "best_top1_mean",
          "val_loss_mean",
          "train_loss_mean",
          "difference_seeds",
          "difference_mean",
          "difference_deviation",
          "difference_half_width",
          "images_per_second",
          "wall_seconds");

  private SeriesFiles() {}

  /** The rows; what was not measured is empty. */
  static String csv(SeriesResult result) {
    StringBuilder csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (RowResult row : result.rows()) {
      Spread top1 = row.top1();
      Spread difference = row.difference();
      List<Object> cells =
          List.of(
              row.row().name(),
              row.row().against().orElse(""),
              row.runs().size(),
              row.done(),
              row.failed(),
              top1.mean(),
              top1.deviation(),
              top1.min(),
              top1.max(),
              row.of(PlannedRun::bestTop1).mean(),
              SeriesResult.last(row, EpochMetrics::valLoss),
              SeriesResult.last(row, EpochMetrics::trainLoss),
              difference.n(),
              difference.mean(),
              difference.deviation(),
              difference.halfWidth(),
              row.of(PlannedRun::imagesPerSecond).mean(),
              row.of(PlannedRun::seconds).mean());
      csv.append(cells.stream().map(SeriesFiles::cell).collect(Collectors.joining(",")));
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String cell(Object value) {
    boolean none = value instanceof Double number && !Double.isFinite(number);
    return none ? "" : String.valueOf(value);
  }

  private record Whole(String name, String form, List<Row> changes, List<Run> runs) {}

  private record Row(
      String name,
      String comparedWith,
      Map<String, String> set,
      Figure top1,
      Figure bestTop1,
      Figure valLoss,
      Figure trainLoss,
      Figure difference,
      Double differenceHalfWidth,
      String verdict,
      Figure imagesPerSecond,
      Figure wallSeconds) {}

  private record Figure(int n, Double mean, Double deviation, Double min, Double max) {
    static Figure of(Spread spread) {
      return new Figure(
          spread.n(),
          number(spread.mean()),
          number(spread.deviation()),
          number(spread.min()),
          number(spread.max()));
    }
  }

  private record Run(
      String name,
      String change,
      long seed,
      String state,
      String why,
      int epochs,
      Double top1,
      Double bestTop1,
      Double valLoss,
      Double trainLoss,
      Double imagesPerSecond,
      Double wallSeconds) {
    static Run of(PlannedRun run) {
      return new Run(
          run.run().name(),
          run.run().change(),
          run.run().seed(),
          run.standing().state().name().toLowerCase(Locale.ROOT),
          run.standing().words().isEmpty() ? null : run.standing().words(),
          run.standing().epochs().size(),
          number(run.last(EpochMetrics::valTop1)),
          number(run.bestTop1()),
          number(run.last(EpochMetrics::valLoss)),
          number(run.last(EpochMetrics::trainLoss)),
          number(run.imagesPerSecond()),
          run.standing().epochs().isEmpty() ? null : number(run.seconds()));
    }
  }

  /** All of it; what was not measured is null. */
  static String json(SeriesResult result) {
    List<Row> rows = new ArrayList<>();
    for (RowResult row : result.rows()) {
      rows.add(
          new Row(
              row.row().name(),
              row.row().against().orElse(null),
              row.row().sets(),
              Figure.of(row.top1()),
              Figure.of(row.of(PlannedRun::bestTop1)),
              Figure.of(row.of(run -> run.last(EpochMetrics::valLoss))),
              Figure.of(row.of(run -> run.last(EpochMetrics::trainLoss))),
              Figure.of(row.difference()),
              number(row.difference().halfWidth()),
              row.verdict().words(),
              Figure.of(row.of(PlannedRun::imagesPerSecond)),
              Figure.of(row.of(PlannedRun::seconds))));
    }
    Whole whole =
        new Whole(
            result.series().name(),
            result.series().config().form().name().toLowerCase(Locale.ROOT),
            rows,
            result.runs().stream().map(Run::of).toList());
    try {
      return JSON.writeValueAsString(whole) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the table: " + e.getMessage(), e);
    }
  }

  private static Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
