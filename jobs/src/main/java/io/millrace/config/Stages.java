package io.millrace.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the stages of a config say together. */
final class Stages {
  /** The default of training.epochs, which nobody has written. */
  private static final int UNSAID = 90;

  private Stages() {}

  /** The training section with the epochs of all stages, where there are some. */
  static TrainingConfig training(List<StageConfig> stages, TrainingConfig training) {
    long all = stages.stream().mapToLong(StageConfig::epochs).sum();
    if (all > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Invalid stages: %d epochs in all (must be <= %d)".formatted(all, Integer.MAX_VALUE));
    }
    int epochs = (int) all;
    if (stages.isEmpty() || epochs == training.epochs()) {
      return training;
    }
    if (training.epochs() != UNSAID) {
      throw new IllegalArgumentException(
          "Invalid training.epochs: %d (must be left out, or %d, those of the stages)"
              .formatted(training.epochs(), epochs));
    }
    return training.epochs(epochs);
  }

  /** Names that stand twice. */
  static List<String> problems(List<StageConfig> stages) {
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < stages.size(); i++) {
      if (!names.add(stages.get(i).name())) {
        problems.add(
            "Invalid stages[%d].name: %s (must differ from those before)"
                .formatted(i, stages.get(i).name()));
      }
    }
    return problems;
  }
}
