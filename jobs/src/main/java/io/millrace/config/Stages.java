package io.millrace.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the stages of a config say together. */
final class Stages {
  /** Epochs of a run that says nothing of them. */
  private static final int DEFAULT_EPOCHS = 90;

  private Stages() {}

  /** The training section with its epochs: those of all stages, where there are some. */
  static TrainingConfig training(List<StageConfig> stages, TrainingConfig training) {
    long all = stages.stream().mapToLong(StageConfig::epochs).sum();
    if (all > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Invalid stages: %d epochs in all (must be <= %d)".formatted(all, Integer.MAX_VALUE));
    }
    Integer said = training.epochs();
    if (stages.isEmpty()) {
      return said == null ? training.epochs(DEFAULT_EPOCHS) : training;
    }
    if (said != null && said != all) {
      throw new IllegalArgumentException(
          "Invalid training.epochs: %d (must be left out, or %d, those of the stages)"
              .formatted(said, all));
    }
    return training.epochs((int) all);
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
