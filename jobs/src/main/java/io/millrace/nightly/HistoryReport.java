package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.Comparison;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of a line, for the terminal and as files in its folder.
 *
 * @param line the line
 * @param name of it
 * @param nights all that were begun, oldest first
 * @param champions all so far
 * @param pages dates of the nights that have a page of their own
 */
public record HistoryReport(
    LineFolder line, String name, List<Night> nights, Champions champions, Set<String> pages) {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryReport.class);

  /** The history of a line as its folder has it. */
  public static HistoryReport of(LineFolder line, RunConfig config) throws IOException {
    Set<String> pages = new TreeSet<>();
    List<Night> nights = line.nights();
    for (Night night : nights) {
      if (line.folder().size(LineFolder.file(night.date(), RunFolder.REPORT)) >= 0) {
        pages.add(night.date());
      }
    }
    return new HistoryReport(line, config.name(), nights, line.champions(), pages);
  }

  /**
   * The same of a config's line.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static HistoryReport of(RunConfig config, Configuration hadoop) throws IOException {
    Path path = new Path(config.output(), config.name());
    HistoryReport history = of(LineFolder.existing(hadoop, path), config);
    if (history.nights().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot show %s: no night of it was begun (finetune --date plays one)".formatted(path));
    }
    return history;
  }

  /** Writes page and table; a line is no worse without them. */
  void write(String command) {
    try {
      line.folder().write(LineFolder.TABLE, HistoryTable.csv(this));
      line.folder().write(RunFolder.REPORT, new LineHtml(this, command).html());
    } catch (IOException e) {
      LOG.warn("The page of the line stays as it was: {}", e.getMessage());
    }
  }

  /** The night of that date. */
  Optional<Night> night(String date) {
    return nights.stream().filter(each -> each.date().equals(date)).findFirst();
  }

  /** What became of a night, and of its model since. */
  String state(Night night) {
    boolean current =
        champions.current().filter(each -> each.night().equals(night.date())).isPresent();
    String since = current ? ", champion" : champions.putAside(night.date()) ? ", put aside" : "";
    return night.state() + since;
  }

  /** What a night's challenger was compared on, tonight's images first. */
  static Optional<Comparison> tonight(Night night) {
    return night.verdict() == null
        ? Optional.empty()
        : night.verdict().comparisons().stream().findFirst();
  }

  /** Top-1 of a night's challenger on tonight's images; empty if it was not measured. */
  static OptionalDouble top1(Night night) {
    Optional<Comparison> tonight = tonight(night);
    if (tonight.isPresent()) {
      return OptionalDouble.of(tonight.get().table().challenger());
    }
    return night.verdict() == null || night.verdict().alone() == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(night.verdict().alone().top1());
  }

  /** The history in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(aligned(HistoryTable.words(this)));
    lines.add("nights=%d %s".formatted(nights.size(), last()));
    return lines;
  }

  /** Whose model is in production, and where the page lies. */
  String last() {
    Optional<Champion> champion = champions.current();
    return "champion_night=%s champion=%s report=%s"
        .formatted(
            champion.map(Champion::night).orElse("none"),
            champion.map(line::model).orElse("none"),
            line.folder().path(RunFolder.REPORT));
  }

  private static List<String> aligned(List<List<String>> table) {
    int[] width = new int[table.get(0).size()];
    table.forEach(
        row ->
            IntStream.range(0, width.length)
                .forEach(i -> width[i] = Math.max(width[i], row.get(i).length())));
    return table.stream()
        .map(
            row ->
                IntStream.range(0, width.length)
                    .mapToObj(i -> ("%-" + width[i] + "s").formatted(row.get(i)))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .toList();
  }
}
