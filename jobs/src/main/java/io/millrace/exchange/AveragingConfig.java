package io.millrace.exchange;

import io.millrace.recipe.Clip;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.OuterStep;
import io.millrace.recipe.Replace;
import io.millrace.recipe.Shadow;
import io.millrace.settings.Key;
import io.millrace.settings.Names;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the workers are averaged. */
public record AveragingConfig(
    @Key(doc = "Updates of each worker between two averagings.", value = "1") Every every,
    @Key(
            doc = "What becomes of the optimiser state; local-reset zeroes it each round.",
            value = "average")
        State state,
    @Key(doc = "What a worker sends up.", value = "weights") Exchange exchange,
    @Key(
            doc =
                "How wide an element is that a worker sends up: fp32, or bf16 where it is no weight.",
            value = "fp32")
        Wire wire,
    @Key(doc = "Where the average is made; auto by the bytes of a round.", value = "auto")
        Reduce reduce,
    @Key(doc = "What the driver makes of the average.", value = "replace") OuterStep outer,
    @Key(
            doc =
                "Means of weights that follow them, evaluated beside them and saved as model-<name>.zip.",
            value = "[]")
        List<Shadow> shadows)
    implements Serializable {
  /** Checks that what is to be averaged is sent. */
  public AveragingConfig {
    exchange.check(every, state, wire);
    if (exchange.updatesOnDriver() && outer.vectors() > 0) {
      throw new IllegalArgumentException(
          "Invalid outer: %s (must be replace where exchange is gradients, of which there is no average)"
              .formatted(Names.of(outer.getClass())));
    }
    shadows = List.copyOf(shadows);
    named(shadows);
  }

  /** Plain averaging with these settings. */
  public AveragingConfig(Every every, State state, Exchange exchange, Wire wire, Reduce reduce) {
    this(every, state, exchange, wire, reduce, new Replace(), List.of());
  }

  /** Whether the optimiser state goes down and up. */
  public boolean stateTravels() {
    return state == State.AVERAGE && !exchange.updatesOnDriver() && !outer.resetsState();
  }

  /** Whether the optimiser state lives on from round to round, wherever it is. */
  public boolean stateLives() {
    return stateTravels() || exchange.updatesOnDriver();
  }

  /**
   * Refuses an optimiser that looks at its averaged state, where there is none.
   *
   * @throws IllegalArgumentException naming the key
   */
  public void check(Optimizer optimizer) {
    if (optimizer.switching().isPresent() && !stateLives()) {
      throw new IllegalArgumentException(
          "Invalid averaging.%s (must leave the optimiser its state, at which %s looks)"
              .formatted(
                  outer.resetsState() && state == State.AVERAGE
                      ? "outer: resetState true"
                      : "state: local-reset",
                  Names.of(optimizer.getClass())));
    }
  }

  /**
   * Whether W workers are one process, but for the order of sums.
   *
   * @param alone whether there is one worker only
   */
  public boolean isOneProcess(OptimizerConfig optimizer, boolean alone) {
    return apartFromOneProcess(optimizer, alone).isEmpty();
  }

  /** Why they are not, a reason each; none where they are. */
  public List<String> apartFromOneProcess(OptimizerConfig optimizer, boolean alone) {
    List<String> reasons = new ArrayList<>();
    if (!exchange.updatesOnDriver() && !alone) {
      if (!optimizer.kind().isLinear()) {
        reasons.add(Names.of(optimizer.kind().getClass()) + " is not linear in the gradient");
      }
      if (!optimizer.clip().equals(Clip.NONE)) {
        reasons.add("each clips its own gradient");
      }
      if (!every.isAlwaysOne()) {
        reasons.add("a round may have several updates");
      }
    }
    if (!stateLives() && optimizer.kind().stateVectors() > 0) {
      reasons.add("state is zeroed each round");
    }
    if (outer.vectors() > 0) {
      reasons.add("there is an outer step");
    }
    if (wire != Wire.FP32) {
      reasons.add("what travels is rounded");
    }
    return reasons;
  }

  /** The shadows by name, in their order. */
  public Map<String, Shadow> namedShadows() {
    return named(shadows);
  }

  private static Map<String, Shadow> named(List<Shadow> shadows) {
    Map<String, Shadow> named = new LinkedHashMap<>();
    for (Shadow each : shadows) {
      String name = Names.inFiles(each.getClass());
      if (named.put(name, each) != null) {
        throw new IllegalArgumentException(
            "Invalid shadows: %s twice (must be one of each kind)".formatted(name));
      }
    }
    return named;
  }

  /** What becomes of the optimiser state. */
  public enum State {
    AVERAGE,
    LOCAL_RESET
  }

  /** Where the average is made. */
  public enum Reduce {
    AUTO,
    DRIVER,
    EXECUTORS;

    /** Up to this many bytes of results a round, {@code auto} averages on the driver. */
    private static final long DRIVER_BYTES = 1L << 30;

    /** Whether executors average, where a round has this many bytes of results. */
    public boolean onExecutors(long resultBytes) {
      return this == EXECUTORS || this == AUTO && resultBytes > DRIVER_BYTES;
    }
  }
}
