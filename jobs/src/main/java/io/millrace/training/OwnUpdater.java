package io.millrace.training;

import io.millrace.exchange.AveragingConfig;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.settings.Names;

/**
 * What a network's own updater cannot serve, which makes the updates where there is no recipe: it
 * is in the replicas alone, and does not tell its rates.
 */
final class OwnUpdater {
  private OwnUpdater() {}

  /**
   * Checks that nothing is asked for which needs a recipe.
   *
   * @throws IllegalArgumentException naming the setting that does
   */
  static void check(ReplicaSpec spec) {
    TrainerConfig settings = spec.settings();
    AveragingConfig averaging = settings.averaging();
    if (spec.exchange().updatesOnDriver()) {
      throw new IllegalArgumentException(
          "Invalid averaging.exchange: gradients (must be weights or differences where the network's"
              + " own updater makes the updates, or give the master a recipe)");
    }
    if (settings.precision().scaling().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid precision: %s (must need no loss scale where the network's own updater makes the updates, or give the master a recipe)"
              .formatted(settings.precision().word()));
    }
    if (settings.diagnostics().isOn()) {
      throw new IllegalArgumentException(
          "Invalid diagnostics.share: %s (must be 0 where the network's own updater makes the updates, or give the master a recipe)"
              .formatted(settings.diagnostics().share()));
    }
    if (averaging.outer().needsRate()) {
      throw new IllegalArgumentException(
          "Invalid averaging.outer: %s (must not need the learning rate where the network's own updater has it, or give the master a recipe)"
              .formatted(Names.of(averaging.outer().getClass())));
    }
  }
}
