package io.millrace.source;

import io.millrace.dataset.Split;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which images of class folders are rows: those of the splits that were chosen, with a class. */
final class FolderImages {
  private FolderImages() {}

  /**
   * The rows; what is left out is added to {@code leftOut}.
   *
   * @throws IllegalArgumentException if an image lies in no class folder, a wholly unlabelled
   *     validation or test aside, or if no class of a split is one of train
   */
  static List<SourceFiles.Entry> of(
      List<SourceFiles.Entry> images,
      FolderLayout layout,
      SourceConfig config,
      List<String> leftOut) {
    Map<Split, List<SourceFiles.Entry>> bySplit = new EnumMap<>(Split.class);
    for (SourceFiles.Entry image : images) {
      Split split = layout.splitOf(image.path());
      bySplit
          .computeIfAbsent(split == null ? Split.TRAIN : split, each -> new ArrayList<>())
          .add(image);
    }
    Map<Split, Integer> dropped = new EnumMap<>(Split.class);
    List<SourceFiles.Entry> kept = new ArrayList<>();
    TreeSet<String> trained = labels(bySplit.getOrDefault(Split.TRAIN, List.of()), layout);
    bySplit.forEach(
        (split, files) -> {
          if (!Splits.chosen(config.splits(), split)) {
            dropped.put(split, files.size());
            return;
          }
          List<SourceFiles.Entry> stray =
              files.stream().filter(file -> layout.label(file.path()) == null).toList();
          if (stray.size() == files.size() && split != Split.TRAIN) {
            leftOut.add(
                "%s of %s in no class folder"
                    .formatted(Counts.of(stray.size(), "image"), Splits.name(split)));
            return;
          }
          requireClasses(stray, config.place());
          requireKnown(split, labels(files, layout), trained, config.place());
          kept.addAll(files);
        });
    PathSplits.requireAny(kept.isEmpty() && !dropped.isEmpty(), config.splits(), dropped.keySet());
    leftOut.addAll(LeftOut.splits(dropped));
    kept.sort(java.util.Comparator.comparing(SourceFiles.Entry::path));
    return kept;
  }

  private static TreeSet<String> labels(List<SourceFiles.Entry> files, FolderLayout layout) {
    TreeSet<String> labels = new TreeSet<>();
    for (SourceFiles.Entry file : files) {
      String label = layout.label(file.path());
      if (label != null) {
        labels.add(label);
      }
    }
    return labels;
  }

  private static void requireClasses(List<SourceFiles.Entry> stray, String source) {
    if (!stray.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: %d of its images are in no class folder, the first is %s (must be <class>/<image> or <split>/<class>/<image>; a name that starts with _ is left out)"
              .formatted(source, stray.size(), stray.get(0).path()));
    }
  }

  private static void requireKnown(
      Split split, TreeSet<String> labels, TreeSet<String> trained, String source) {
    if (!trained.isEmpty() && labels.stream().noneMatch(trained::contains)) {
      throw new IllegalArgumentException(
          "Cannot read %s: train has no folder of the classes of %s, %s (must be <split>/<class>/<image>; source.splits says which splits are read)"
              .formatted(source, Splits.name(split), LeftOut.first(labels)));
    }
  }
}
