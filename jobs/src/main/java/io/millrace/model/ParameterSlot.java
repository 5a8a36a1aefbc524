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
 */
public record ParameterSlot(String vertex, String name, long offset, long length, Kind kind)
    implements Serializable {
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
    VARIANCE
  }

  /** Whether an optimiser updates it. */
  public boolean trained() {
    return kind != Kind.MEAN && kind != Kind.VARIANCE;
  }
}
