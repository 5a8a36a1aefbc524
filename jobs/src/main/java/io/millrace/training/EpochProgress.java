package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import io.millrace.replica.TrainableNet;
import io.millrace.state.Position;

/**
 * How far a network under training has come in its epoch: from where it went on, round by round.
 * Lives on the driver.
 */
final class EpochProgress {
  private final TrainableNet net;
  private Position position;
  private boolean resumed;

  /** Between two epochs, where the network is. */
  EpochProgress(TrainableNet net) {
    this.net = net;
    this.position = betweenEpochs(0);
  }

  private Position betweenEpochs(int stage) {
    return new Position(stage, net.epoch(), 0, 0, net.update());
  }

  /** Goes on from a position that was remembered. */
  void resume(Position then) {
    position = then;
    resumed = true;
  }

  /**
   * Begins an epoch, or goes on with it.
   *
   * @return its first round that is left
   * @throws IllegalArgumentException if it goes on and is not cut as it was
   */
  int begin(RoundRdd plan) {
    position = resumed ? position : betweenEpochs(position.stage());
    resumed = false;
    int updates = 0;
    for (int round = 0; round < Math.min(position.round(), plan.rounds()); round++) {
      updates += plan.updates(round);
    }
    if (position.round() > plan.rounds() || updates != position.roundUpdates()) {
      throw new IllegalArgumentException(
          "Cannot resume: the first %d rounds of the epoch have %d updates (must be %d, as they had)"
              .formatted(position.round(), updates, position.roundUpdates()));
    }
    return position.round();
  }

  /**
   * Counts a round.
   *
   * @param updates of the round
   * @param update global number of the update after it
   */
  void roundEnded(int updates, long update) {
    position =
        new Position(
            position.stage(),
            position.epoch(),
            position.round() + 1,
            position.roundUpdates() + updates,
            update);
  }

  /** How far the weights have come. */
  Position position() {
    boolean within = position.epoch() == net.epoch() && position.update() == net.update();
    return within ? position : betweenEpochs(position.stage());
  }

  /** Updates that were done when the epoch began that is trained next. */
  long epochStart() {
    return resumed ? position.epochStart() : net.update();
  }
}
