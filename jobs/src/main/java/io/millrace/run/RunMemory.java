package io.millrace.run;

import io.millrace.backend.Compute;
import io.millrace.metrics.EpochTally;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.Setbacks;
import io.millrace.state.Position;
import io.millrace.state.Remembered;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.DivergedException;
import io.millrace.wire.WeightCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run would need to go on from where it is: what the trainer remembers, and what the run
 * around it does. Lives on the driver.
 */
final class RunMemory {
  private final EpochTally tally = new EpochTally();
  private final Shares shares;
  private final EarlyStopping.Watch early;
  private final Setbacks setbacks;
  private final Optional<StartedLayers> started;
  private final List<Remembered> others;
  private final Optional<Compute> earlier;
  private AveragingTrainingMaster master;
  private int ended;
  private int updates;
  private RunState before;

  /**
   * The memory of a run that begins.
   *
   * @param shares those of the run
   * @param early looks whether epochs get better
   * @param setbacks what its roll-backs have left behind
   * @param started layers that the file of weights did not give, for who goes on without it
   * @param others who remembers something of the epoch that is trained, beside the trainer
   * @param earlier what a stretch of the run before this was computed with
   */
  RunMemory(
      Shares shares,
      EarlyStopping.Watch early,
      Setbacks setbacks,
      Optional<StartedLayers> started,
      List<Remembered> others,
      Optional<Compute> earlier) {
    this.shares = shares;
    this.early = early;
    this.setbacks = setbacks;
    this.started = started;
    this.others = List.copyOf(others);
    this.earlier = earlier;
  }

  /**
   * Names who trains.
   *
   * @param start what was trained when it begins; null for nothing
   */
  void of(AveragingTrainingMaster trainer, RunState start) {
    master = trainer;
    before = start;
  }

  /** Counts the rounds of an epoch; to be told of them before anybody asks for {@link #now}. */
  EpochTally tally() {
    return tally;
  }

  /** An epoch is trained, counted from 0, of so many updates. */
  void begins(int epoch, int epochUpdates) {
    ended = epoch;
    updates = epochUpdates;
  }

  /** So many epochs are done, of which the last measured this, and the trainer has heard of it. */
  void ended(int epochs, Map<String, Double> metrics) {
    ended = epochs;
    early.epochEnded(metrics);
  }

  /** Whether the run is over before its last epoch. */
  boolean isOver() {
    return early.isOver();
  }

  /** Why it is. */
  String why() {
    return early.words();
  }

  /** Whether all rounds of the epoch are done. */
  boolean endsEpoch() {
    return position().roundUpdates() == updates;
  }

  /** Whether weights were trained since the run began, or went on. */
  boolean isNew() {
    return tally.isStarted();
  }

  /** All that is to be remembered after the last round. */
  RunState now() {
    RunState state = master.hasTrained() ? remembering(master.state()) : before;
    Position at = position();
    return at.isBetweenEpochs() ? state : finite(state.with(at, tally.now(), others));
  }

  private RunState remembering(RunState trained) {
    RunState state = trained.with(early.name(), early.save()).with(shares.name(), shares.save());
    if (started.isPresent()) {
      state = state.with(started.get().name(), started.get().save());
    }
    return setbacks.count() == 0 ? state : state.with(Setbacks.NAME, setbacks.save());
  }

  /** What roll-backs have left behind. */
  Setbacks setbacks() {
    return setbacks;
  }

  /**
   * Only an epoch's last round is looked at when it is made: what a checkpoint is to hold within an
   * epoch is looked at here.
   *
   * @throws DivergedException if a weight is not finite
   */
  static RunState finite(RunState state) {
    if (!WeightCodec.isFinite(state.parameters().slices(), state.parameters().length())) {
      long last = state.update() - 1;
      throw DivergedException.of("a weight after update %d".formatted(last), last);
    }
    return state;
  }

  /** How far {@link #now} is: an epoch is over when it was evaluated, too. */
  Position position() {
    if (!master.hasTrained()) {
      return before.position();
    }
    Position at = master.position();
    return at.epoch() > ended
        ? new Position(at.stage(), ended, tally.now().rounds(), updates, at.update())
        : at;
  }

  /** What is trained with, as far as it is known. */
  Compute compute() {
    return master.compute().or(() -> earlier).orElse(null);
  }

  /** The rounds that a checkpoint has of an epoch, counted from 0. */
  static Tally before(int epoch, Optional<RunState> start) {
    return start.filter(state -> state.epoch() == epoch).map(RunState::tally).orElse(Tally.NOTHING);
  }
}
