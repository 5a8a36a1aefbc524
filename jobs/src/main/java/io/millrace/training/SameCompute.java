package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.Location;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the workers of a run to one native binary, instruction set and number of threads: others
 * round otherwise, and the weights would depend on who trained what. Lives on the driver.
 */
final class SameCompute {
  private static final Logger LOG = LoggerFactory.getLogger(SameCompute.class);

  private Compute agreed;
  private Location where;
  private Compute before;
  private boolean otherIsFine;

  /**
   * Holds the run to what an earlier stretch of it was computed with.
   *
   * @param accepted whether another is only said, and not refused
   */
  void expect(Compute earlier, boolean accepted) {
    before = earlier;
    otherIsFine = accepted;
  }

  /**
   * Compares a result with those before it.
   *
   * @throws IllegalStateException when it was computed with something else
   * @throws IllegalArgumentException when an earlier stretch of the run was
   */
  void check(WorkerResult result) {
    if (agreed == null) {
      compare(result);
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

  private void compare(WorkerResult first) {
    if (before == null || before.equals(first.compute())) {
      return;
    }
    String both =
        "the checkpoint was computed with %s, %s has %s"
            .formatted(before, first.location(), first.compute());
    if (!otherIsFine) {
      throw new IllegalArgumentException(
          "Cannot resume with other bits: %s (resume on machines like those, or --accept compute)"
              .formatted(both));
    }
    LOG.warn("{}: from here on bits are others, as accepted", both);
  }

  Optional<Compute> agreed() {
    return Optional.ofNullable(agreed);
  }
}
