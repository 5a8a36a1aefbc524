package io.millrace.model;

import java.io.Serializable;

/**
 * One parameter of a network in its flat parameter vector.
 *
 * @param vertex name of the vertex that owns it
 * @param name DL4J's name of the parameter, such as {@code W}
 * @param offset first element in the flat vector
 * @param length elements
 * @param kind what it is to the recipe
 * @param frozen whether nothing moves it: a layer that is frozen, or one that only pretraining
 *     trains
 */
public record ParameterSlot(
    String vertex, String name, long offset, long length, Kind kind, boolean frozen)
    implements Serializable {
  /** A parameter that is not frozen. */
  public ParameterSlot(String vertex, String name, long offset, long length, Kind kind) {
    this(vertex, name, offset, length, kind, false);
  }

  /** What a parameter is to the recipe. */
  public enum Kind {
    WEIGHT,
    BIAS,
    GAMMA,
    BETA,
    /** Running mean of a batch norm: a statistic, not trained. */
    MEAN,
    /**
     * Running variance of a batch norm (or log of the deviation, see the layer): a statistic, not
     * trained.
     */
    VARIANCE,
    /** A class centre of a centre loss: its layer computes the step itself, no optimiser does. */
    CENTER;

    /** Whether it is a running statistic of a batch norm. */
    public boolean isStatistic() {
      return this == MEAN || this == VARIANCE;
    }

    /** Whether it belongs to a batch norm. */
    public boolean isNorm() {
      return isStatistic() || this == GAMMA || this == BETA;
    }
  }

  /** Its name in the whole network, {@code vertex.name}. */
  public String key() {
    return vertex + "." + name;
  }

  /** Whether an optimiser updates it. */
  public boolean trained() {
    return !frozen && !kind.isStatistic() && kind != Kind.CENTER;
  }

  /** The same at another place. */
  ParameterSlot at(long place) {
    return new ParameterSlot(vertex, name, place, length, kind, frozen);
  }

  /** Whether the other has the same name and place, whatever trains it. */
  boolean liesAs(ParameterSlot other) {
    return other != null
        && vertex.equals(other.vertex)
        && name.equals(other.name)
        && offset == other.offset
        && length == other.length;
  }
}
