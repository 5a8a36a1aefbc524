package io.millrace.training;

import io.millrace.backend.Compute;
import java.util.Optional;

/**
 * Holds the workers of a run to one native binary, instruction set and number of threads: others
 * round otherwise, and the weights would depend on who trained what. Lives on the driver.
 */
final class SameCompute {
  private Compute agreed;
  private Location where;

  /**
   * Compares a result with those before it.
   *
   * @throws IllegalStateException when it was computed with something else
   */
  void check(WorkerResult result) {
    if (agreed == null) {
      agreed = result.compute();
      where = result.location();
    } else if (!agreed.equals(result.compute())) {
      throw new IllegalStateException(
          "Cannot train on unlike executors: %s has %s, %s has %s; %s"
              .formatted(
                  where,
                  agreed,
                  result.location(),
                  result.compute(),
                  agreed.binary().equals(result.compute().binary())
                      ? "take machines of one kind, with the same variables"
                      : "set training.nativeBinary to the lower"));
    }
  }

  Optional<Compute> agreed() {
    return Optional.ofNullable(agreed);
  }
}
