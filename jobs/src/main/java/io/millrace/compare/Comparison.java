package io.millrace.compare;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import io.millrace.metrics.Secrets;
import io.millrace.report.ComparePage;
import io.millrace.store.RealPath;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Several runs, compared.
 *
 * @param runs two at least, each by a name of its own
 */
public record Comparison(List<ComparedRun> runs) {
  private static final Set<String> OWN = Set.of("name", "output");
  private static final int SHORT = 12;
  private static final String NOTHING = "–";
  private static final List<String> HEAD =
      List.of(
          "run",
          "epochs",
          "updates",
          "best top-1",
          "in epoch",
          "last top-1",
          "last loss",
          "validation loss",
          "images/s",
          "training time");

  /**
   * Reads runs.
   *
   * @param paths of their folders
   * @throws IllegalArgumentException for fewer than two, one twice, or one that is none
   * @throws IOException if one cannot be read
   */
  public static Comparison of(Configuration hadoop, List<String> paths) throws IOException {
    if (paths.size() < 2) {
      throw new IllegalArgumentException(
          "Invalid runs: %s (must be two at least)".formatted(String.join(" ", paths)));
    }
    List<ComparedRun> runs = new ArrayList<>();
    Set<URI> places = new HashSet<>();
    for (String path : paths) {
      ComparedRun run = ComparedRun.read(hadoop, path);
      if (!places.add(RealPath.of(new Path(path), hadoop))) {
        throw new IllegalArgumentException(
            "Invalid runs: %s twice (must be one of each)".formatted(path));
      }
      runs.add(run);
    }
    return new Comparison(named(runs));
  }

  /** By the names of the folders, with those around them where these are alike. */
  private static List<ComparedRun> named(List<ComparedRun> runs) {
    Set<String> names = new HashSet<>();
    if (runs.stream().allMatch(run -> names.add(run.name()))) {
      return List.copyOf(runs);
    }
    return runs.stream()
        .map(run -> run.named(run.root().getParent().getName() + "/" + run.root().getName()))
        .toList();
  }

  /** Keys whose values are not the same in all runs; the value of each run, in their order. */
  public Map<String, List<String>> settings() {
    Set<String> keys = new TreeSet<>();
    runs.forEach(run -> keys.addAll(run.settings().keySet()));
    Map<String, List<String>> different = new LinkedHashMap<>();
    for (String key : keys) {
      List<String> values =
          runs.stream()
              .map(run -> Secrets.hidden(run.settings().getOrDefault(key, NOTHING)))
              .toList();
      if (!OWN.contains(key) && new HashSet<>(values).size() > 1) {
        different.put(key, values);
      }
    }
    return different;
  }

  /** What one has to know before the figures. */
  public List<String> notices() {
    List<String> notices = new ArrayList<>();
    split(ComparedRun::data)
        .ifPresent(
            sets ->
                notices.add(
                    "These runs are of different data sets, so their figures are not of the same images: "
                        + sets));
    split(run -> run.settings().getOrDefault("evaluation.split", ""))
        .ifPresent(splits -> notices.add("They were validated on different splits: " + splits));
    split(ComparedRun::compute)
        .ifPresent(
            machines ->
                notices.add(
                    "They were computed by different libraries, machines or precisions: "
                        + machines));
    return notices;
  }

  /** Which runs have which value, in words; empty where all have one. */
  private Optional<String> split(Function<ComparedRun, String> value) {
    Map<String, List<String>> by =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    value,
                    LinkedHashMap::new,
                    Collectors.mapping(ComparedRun::name, Collectors.toList())));
    return by.size() < 2
        ? Optional.empty()
        : Optional.of(
            by.entrySet().stream()
                .map(each -> words(each.getKey(), each.getValue()))
                .collect(Collectors.joining("; ")));
  }

  private static String words(String value, Collection<String> names) {
    boolean hash = value.matches("[0-9a-f]{32,}");
    return "%s: %s"
        .formatted(hash ? value.substring(0, SHORT) : value.strip(), String.join(", ", names));
  }

  /** The figures of each run, heads first, for people. */
  public List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (ComparedRun run : runs) {
      rows.add(
          List.of(
              run.name(),
              String.valueOf(run.last().epoch()),
              Figures.format("%,d", run.last().updates()),
              Figures.percent(run.best().map(EpochMetrics::valTop1).orElse(Double.NaN)),
              run.best().map(best -> String.valueOf(best.epoch())).orElse(NOTHING),
              Figures.percent(run.last().valTop1()),
              Figures.number(run.last().trainLoss()),
              Figures.number(run.last().valLoss()),
              Figures.number(run.imagesPerSecond()),
              Figures.duration(run.trainingSeconds())));
    }
    return rows;
  }

  /** The same for a spreadsheet, with the settings that differ behind them. */
  public String csv() {
    StringBuilder csv = new StringBuilder();
    List<String> head =
        new ArrayList<>(
            List.of(
                "run",
                "folder",
                "epochs",
                "updates",
                "best_top1",
                "best_epoch",
                "last_top1",
                "train_loss",
                "val_loss",
                "images_per_second",
                "training_seconds"));
    head.addAll(settings().keySet());
    csv.append(line(head));
    for (int i = 0; i < runs.size(); i++) {
      int at = i;
      ComparedRun run = runs.get(i);
      List<String> cells = new ArrayList<>();
      cells.add(run.name());
      cells.add(Secrets.hidden(run.root().toString()));
      cells.add(String.valueOf(run.last().epoch()));
      cells.add(String.valueOf(run.last().updates()));
      cells.add(number(run.best().map(EpochMetrics::valTop1).orElse(Double.NaN)));
      cells.add(run.best().map(best -> String.valueOf(best.epoch())).orElse(""));
      cells.add(number(run.last().valTop1()));
      cells.add(number(run.last().trainLoss()));
      cells.add(number(run.last().valLoss()));
      cells.add(number(run.imagesPerSecond()));
      cells.add(number(run.trainingSeconds()));
      settings().values().forEach(values -> cells.add(values.get(at)));
      csv.append(line(cells));
    }
    return csv.toString();
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "";
  }

  private static String line(List<String> cells) {
    return cells.stream()
            .map(
                cell ->
                    cell.matches("(?s).*[\",\\n].*")
                        ? '"' + cell.replace("\"", "\"\"") + '"'
                        : cell)
            .collect(Collectors.joining(","))
        + "\n";
  }

  /** The page. */
  public String html() {
    List<ComparePage.Course> courses =
        runs.stream().map(run -> new ComparePage.Course(run.name(), run.epochs())).toList();
    return new ComparePage(notices(), table(), settings(), courses).html();
  }
}
