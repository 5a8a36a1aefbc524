package io.millrace.evaluate;

import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.model.ClassMatch;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A split that a model is asked about; its classes are matched with the model's by name.
 *
 * @param dataset the set
 * @param split of it
 * @param model the model
 */
public record EvaluatedSplit(PreparedDataset dataset, Split split, EvaluatedModel model) {
  /** For each class of the set the model's output, -1 for one that it does not know. */
  int[] outputs() {
    return new ClassMatch(model.classes(), dataset.classes()).outputs();
  }

  /**
   * Checks that there is something to evaluate on.
   *
   * @throws IllegalArgumentException if there is not, naming the splits that have examples
   */
  void requireRows() {
    if (dataset.rows(split) == 0) {
      throw new IllegalArgumentException(
          "Cannot evaluate split %s of %s: it is empty (must be of %s; what is test, the source tells)"
              .formatted(name(split), dataset.path(), filled()));
    }
  }

  /**
   * The same, and that the model knows the class of every example.
   *
   * @throws IllegalArgumentException if it does not, naming those that it does not know
   */
  void requireKnown() {
    requireRows();
    int[] outputs = outputs();
    List<Long> rows = dataset.manifest().splits().get(split).rowsByClass();
    List<String> unknown =
        IntStream.range(0, outputs.length)
            .filter(label -> outputs[label] < 0 && rows.get(label) > 0)
            .mapToObj(dataset.classes()::get)
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot evaluate on split %s of %s: the model does not know %s (it knows %s)"
              .formatted(
                  name(split),
                  dataset.path(),
                  ClassMatch.named(unknown),
                  ClassMatch.named(model.classes())));
    }
  }

  private String filled() {
    return Stream.of(Split.values())
        .filter(each -> dataset.rows(each) > 0)
        .map(EvaluatedSplit::name)
        .collect(Collectors.joining(", "));
  }

  /** What people call a split. */
  static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
