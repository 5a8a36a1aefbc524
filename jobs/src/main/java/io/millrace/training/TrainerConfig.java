package io.millrace.training;

import io.millrace.config.AveragingConfig.Exchange;
import io.millrace.config.AveragingConfig.Reduce;
import io.millrace.config.AveragingConfig.State;
import io.millrace.config.FastPath;
import java.io.Serializable;
import java.time.Duration;

/**
 * Settings of the trainer.
 *
 * @param workers workers, an executor slot each
 * @param batchPerWorker examples one worker uses for one update
 * @param every updates of each worker between two averagings
 * @param state what becomes of the optimiser state
 * @param exchange what a worker sends up
 * @param reduce where the average is made
 * @param seed seed of dropout, by (seed, update, worker)
 * @param fastPath on which layers replicas run
 * @param startTimeout how long to wait for as many slots as workers; zero trains in waves on the
 *     slots that there are
 */
public record TrainerConfig(
    int workers,
    int batchPerWorker,
    int every,
    State state,
    Exchange exchange,
    Reduce reduce,
    long seed,
    FastPath fastPath,
    Duration startTimeout)
    implements Serializable {
  public TrainerConfig {
    atLeastOne("workers", workers);
    atLeastOne("batchPerWorker", batchPerWorker);
    atLeastOne("every", every);
    if (exchange == Exchange.BF16 && state == State.AVERAGE) {
      throw new IllegalArgumentException(
          "Invalid averaging.state: average (must be local_reset with averaging.exchange bf16,"
              + " which sends no optimiser state)");
    }
  }

  /** The defaults: averaging after every update, state averaged, fp32, native layers. */
  public TrainerConfig(int workers, int batchPerWorker) {
    this(
        workers,
        batchPerWorker,
        1,
        State.AVERAGE,
        Exchange.FP32,
        Reduce.AUTO,
        1,
        FastPath.TRUE,
        Duration.ofMinutes(5));
  }

  /** The same with another {@code every}. */
  public TrainerConfig every(int updates) {
    return new TrainerConfig(
        workers, batchPerWorker, updates, state, exchange, reduce, seed, fastPath, startTimeout);
  }

  /** The same with another rule for the optimiser state and another exchange. */
  public TrainerConfig exchanging(State newState, Exchange newExchange) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        every,
        newState,
        newExchange,
        reduce,
        seed,
        fastPath,
        startTimeout);
  }

  /** The same with the average made elsewhere. */
  public TrainerConfig reducing(Reduce newReduce) {
    return new TrainerConfig(
        workers, batchPerWorker, every, state, exchange, newReduce, seed, fastPath, startTimeout);
  }

  /** The same on other layers. */
  public TrainerConfig fastPath(FastPath path) {
    return new TrainerConfig(
        workers, batchPerWorker, every, state, exchange, reduce, seed, path, startTimeout);
  }

  /** The same with another wait for slots. */
  public TrainerConfig startTimeout(Duration timeout) {
    return new TrainerConfig(
        workers, batchPerWorker, every, state, exchange, reduce, seed, fastPath, timeout);
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid " + key + ": " + value + " (must be >= 1)");
    }
  }
}
