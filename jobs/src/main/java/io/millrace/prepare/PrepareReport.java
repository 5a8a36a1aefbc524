package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.Split;
import io.millrace.settings.Counts;
import io.millrace.source.SourceFiles;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What {@code prepare} did.
 *
 * @param path of the prepared set
 * @param upToDate whether the set was there already and nothing was done
 * @param manifest of the set
 * @param leftOut what lies in the source and is no part of it, a line each
 * @param time that it took
 * @param read the files that were read for it, or would be again
 */
public record PrepareReport(
    String path,
    boolean upToDate,
    DatasetManifest manifest,
    List<String> leftOut,
    Duration time,
    SourceFiles read) {
  private static final int NAMED = 10;
  private static final int LISTED = 20;

  /** The report in lines for the terminal. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        upToDate
            ? "%s is up to date: same source, same settings, nothing to do".formatted(path)
            : "prepared %s in %.1f s".formatted(path, time.toMillis() / 1e3));
    manifest.origin().table().ifPresent(table -> lines.add(line("source", table)));
    classes(lines);
    manifest.splits().forEach((split, files) -> lines.add(line(name(split), contents(files))));
    manifest.splits().forEach((split, files) -> without(lines, split, files));
    manifest.origin().overlaps().forEach((pair, rows) -> overlap(lines, pair, rows));
    var images = manifest.images();
    lines.add(
        line(
            "images",
            "%s, %s, mean %s, deviation %s"
                .formatted(
                    images.sizeInWords(),
                    Counts.of(images.channels(), "channel"),
                    round(images.mean()),
                    round(images.deviation()))));
    if (manifest.origin().quarantined() > 0) {
      lines.add(
          line(
              "quarantine",
              "%s in %s: %s"
                  .formatted(
                      Counts.of(manifest.origin().quarantined(), "row"),
                      manifest.origin().quarantine(),
                      rejected())));
    }
    leftOut.forEach(left -> lines.add(line("left out", left)));
    return lines;
  }

  /** Rows in quarantine by reason and the source's split, most frequent first, or empty. */
  public String rejected() {
    return Counts.words(manifest.origin().reasons());
  }

  /** The first classes by name, with their rows in each split that the set has. */
  private void classes(List<String> lines) {
    List<String> names = manifest.classes();
    lines.add(line("classes", "%,d".formatted(names.size())));
    int named = Math.min(LISTED, names.size());
    int longest = names.subList(0, named).stream().mapToInt(String::length).max().orElse(0);
    for (int label = 0; label < named; label++) {
      int at = label;
      String rows =
          manifest.splits().entrySet().stream()
              .map(
                  split ->
                      "%s %,d"
                          .formatted(name(split.getKey()), split.getValue().rowsByClass().get(at)))
              .collect(Collectors.joining(", "));
      lines.add(
          "  " + names.get(label) + " ".repeat(longest - names.get(label).length() + 2) + rows);
    }
    if (named < names.size()) {
      lines.add("  and %,d more".formatted(names.size() - named));
    }
    alike(lines, names);
  }

  /** Names that people take for one: they are classes of their own all the same. */
  private static void alike(List<String> lines, List<String> names) {
    Map<String, List<String>> byLook = new LinkedHashMap<>();
    for (String name : names) {
      String look = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
      byLook.computeIfAbsent(look.strip(), each -> new ArrayList<>()).add(name);
    }
    byLook.values().stream()
        .filter(each -> each.size() > 1)
        .limit(NAMED)
        .forEach(
            each ->
                lines.add(
                    line(
                        "alike",
                        "%s differ in case, spaces or Unicode form alone, and are %s"
                            .formatted(String.join(", ", each), Counts.of(each.size(), "class")))));
  }

  private static String contents(SplitFiles files) {
    return "%s, %s, %s, %s"
        .formatted(
            Counts.of(files.rows(), "row"),
            Counts.of(files.files().stream().mapToLong(f -> f.blocks().size()).sum(), "block"),
            Counts.of(files.files().size(), "file"),
            Counts.of(
                files.files().stream().mapToLong(DatasetManifest.DataFile::bytes).sum(), "byte"));
  }

  /** Classes that a split lacks, by name. */
  private void without(List<String> lines, Split split, SplitFiles files) {
    List<String> missing =
        IntStream.range(0, manifest.classes().size())
            .filter(label -> files.rowsByClass().get(label) == 0)
            .mapToObj(manifest.classes()::get)
            .toList();
    if (!missing.isEmpty()) {
      String more = missing.size() > NAMED ? " and %,d more".formatted(missing.size() - NAMED) : "";
      String named = String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())));
      lines.add(
          line(
              "missing",
              "%s has no image of %s: %s%s"
                  .formatted(name(split), Counts.of(missing.size(), "class"), named, more)));
    }
  }

  private void overlap(List<String> lines, String pair, long rows) {
    String[] splits = pair.split(" in ");
    lines.add(
        line(
            "overlap",
            "%s of %s, with equal bytes, in %s too"
                .formatted(Counts.of(rows, "image"), splits[0], splits[1])));
  }

  private static String line(String name, String text) {
    return "%-12s %s".formatted(name, text);
  }

  private static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  private static String round(List<Double> values) {
    return values.stream().map(v -> String.format(Locale.ROOT, "%.4f", v)).toList().toString();
  }
}
