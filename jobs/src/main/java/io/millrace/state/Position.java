package io.millrace.state;

/**
 * How far a run has come: at the end of a round, which may lie within an epoch.
 *
 * @param stage the stage that trains, from 0
 * @param epoch epochs done, over all stages
 * @param round rounds done of the epoch after them
 * @param roundUpdates updates of these rounds
 * @param update updates done, counted globally; those of these rounds are among them
 */
public record Position(int stage, int epoch, int round, int roundUpdates, long update) {
  /** Checks that the counts go together. */
  public Position {
    if (stage < 0 || epoch < 0 || round < 0 || roundUpdates < round || update < roundUpdates) {
      throw new IllegalArgumentException(
          "Invalid position: stage %d, epoch %d, round %d after %d updates, of %d (must be >= 0, with an update a round)"
              .formatted(stage, epoch, round, roundUpdates, update));
    }
  }

  /** At the end of an epoch of a run of one stage. */
  public static Position afterEpoch(int epoch, long update) {
    return new Position(0, epoch, 0, 0, update);
  }

  /** Whether it is the end of an epoch, or the start of the run. */
  public boolean isBetweenEpochs() {
    return round == 0;
  }

  /** Updates that were done when the epoch began in which it lies. */
  public long epochStart() {
    return update - roundUpdates;
  }

  /** For people, such as {@code epoch 2} or {@code epoch 2, round 7 of the next}. */
  public String words() {
    return isBetweenEpochs()
        ? "epoch " + epoch
        : "epoch %d, round %d of the next".formatted(epoch, round);
  }
}
