package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.DatasetManifest.StoredImages;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The manifest of several prepared sets taken as one, without a byte of data written: it names the
 * files of all of them. Their class orders continue each other, and no example is in two of them.
 *
 * <p>Mean and deviation are those of all pictures of train: {@code m = sum n_i m_i / sum n_i}, and
 * {@code sqrt(sum n_i (d_i^2 + m_i^2) / sum n_i - m^2)}.
 */
public final class JoinedSets {
  private JoinedSets() {}

  /**
   * One of them.
   *
   * @param folder its folder, relative to that of the joined manifest
   * @param set its manifest
   * @param splits the splits that are taken of it
   */
  public record Part(String folder, DatasetManifest set, Set<Split> splits) {
    private long rows(Split split) {
      SplitFiles files = set.splits().get(split);
      return files == null || !splits.contains(split) ? 0 : files.rows();
    }
  }

  /**
   * Joins sets.
   *
   * @param parts oldest first; the last one knows all classes
   * @throws IllegalArgumentException if an earlier one has its classes in another order
   */
  public static DatasetManifest of(List<Part> parts) {
    DatasetManifest last = parts.get(parts.size() - 1).set();
    List<String> classes = last.classes();
    for (Part part : parts) {
      List<String> own = part.set().classes();
      if (own.size() > classes.size() || !own.equals(classes.subList(0, own.size()))) {
        throw new IllegalArgumentException(
            "Cannot join %s: its classes %s are no beginning of %s"
                .formatted(part.folder(), own, classes));
      }
    }
    Map<Split, SplitFiles> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Part> with = parts.stream().filter(part -> part.rows(split) > 0).toList();
      if (!with.isEmpty()) {
        splits.put(split, files(split, with, classes.size()));
      }
    }
    StoredImages images = images(parts);
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        Manifests.contents(classes, images, splits),
        classes,
        splits,
        images,
        origin(parts, last.origin()));
  }

  private static SplitFiles files(Split split, List<Part> parts, int classes) {
    long[] byClass = new long[classes];
    IdSum ids = new IdSum();
    List<DataFile> files = new ArrayList<>();
    for (Part part : parts) {
      SplitFiles own = part.set().splits().get(split);
      for (int label = 0; label < own.rowsByClass().size(); label++) {
        byClass[label] += own.rowsByClass().get(label);
      }
      ids.add(IdSum.parse(own.idSum()));
      for (DataFile file : own.files()) {
        files.add(
            new DataFile(
                part.folder() + "/" + file.path(), file.bytes(), file.rowsSha256(), file.blocks()));
      }
    }
    List<Long> counts = new ArrayList<>();
    long rows = 0;
    for (long count : byClass) {
      counts.add(count);
      rows += count;
    }
    return new SplitFiles(rows, counts, ids.toString(), files);
  }

  /** Statistics by pictures of train; those of the last set where none has any. */
  private static StoredImages images(List<Part> parts) {
    StoredImages last = parts.get(parts.size() - 1).set().images();
    int channels = 1;
    ImageSizes sizes = last.sizes();
    for (Part part : parts) {
      channels = Math.max(channels, part.set().images().channels());
      sizes = sizes.and(part.set().images().sizes());
    }
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int channel = 0; channel < channels; channel++) {
      double pictures = 0;
      double sum = 0;
      double squares = 0;
      for (Part part : parts) {
        StoredImages own = part.set().images();
        double rows = part.rows(Split.TRAIN);
        double mean = of(own.mean(), channel);
        double deviation = of(own.deviation(), channel);
        pictures += rows;
        sum += rows * mean;
        squares += rows * (deviation * deviation + mean * mean);
      }
      double mean = pictures == 0 ? of(last.mean(), channel) : sum / pictures;
      means.add(mean);
      deviations.add(
          pictures == 0
              ? of(last.deviation(), channel)
              : Math.sqrt(Math.max(0, squares / pictures - mean * mean)));
    }
    return new StoredImages(
        Manifests.common(sizes.lowest().height(), sizes.highest().height()),
        Manifests.common(sizes.narrowest().width(), sizes.widest().width()),
        channels,
        means,
        deviations,
        sizes);
  }

  private static double of(List<Double> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }

  private static DatasetManifest.Origin origin(List<Part> parts, DatasetManifest.Origin last) {
    Map<String, Object> settings = new TreeMap<>();
    Map<String, Long> reasons = new LinkedHashMap<>();
    Map<String, Long> overlaps = new LinkedHashMap<>();
    long quarantined = 0;
    List<String> fingerprints = new ArrayList<>();
    for (Part part : parts) {
      DatasetManifest.Origin own = part.set().origin();
      settings.put(part.folder(), part.set().fingerprint());
      fingerprints.add(own.fingerprint());
      quarantined += own.quarantined();
      own.reasons().forEach((reason, rows) -> reasons.merge(reason, rows, Long::sum));
      own.overlaps().forEach((pair, rows) -> overlaps.merge(pair, rows, Long::sum));
    }
    return new DatasetManifest.Origin(
            last.source(), SetFingerprint.of(fingerprints), last.seed(), settings)
        .with(quarantined, null, reasons, overlaps);
  }
}
