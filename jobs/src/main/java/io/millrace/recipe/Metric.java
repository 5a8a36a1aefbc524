package io.millrace.recipe;

import java.util.Locale;

/** A metric of an epoch by which a run is steered or its best epoch told. */
public enum Metric {
  TRAIN_LOSS,
  VAL_LOSS,
  VAL_TOP1,
  VAL_TOP5;

  /** Its name in metrics.jsonl and in a config. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name for people. */
  public String words() {
    return switch (this) {
      case TRAIN_LOSS -> "training loss";
      case VAL_LOSS -> "validation loss";
      case VAL_TOP1 -> "top-1";
      case VAL_TOP5 -> "top-5";
    };
  }

  /** Whether less is better. */
  public boolean isLoss() {
    return this == TRAIN_LOSS || this == VAL_LOSS;
  }

  /** Whether it is measured on a validation split. */
  public boolean isOfValidation() {
    return this != TRAIN_LOSS;
  }
}
