package io.millrace.exchange;

import java.io.Serializable;

/**
 * What travels in a round, in elements: down the parameters, and the optimiser state where workers
 * update and it is averaged; up the same, or gradients. Made once from the config and the sizes of
 * a network; the replica, the driver and the plan go by it.
 *
 * @param parameters elements of the flat parameters
 * @param state elements of the flat optimiser state
 * @param stateTravels whether the state goes down and up behind the parameters
 * @param wire how wide an element is on its way up
 */
public record Cargo(long parameters, long state, boolean stateTravels, Wire wire)
    implements Serializable {
  /** The cargo of a network under a config. */
  public static Cargo of(AveragingConfig averaging, long parameters, long state) {
    return new Cargo(parameters, state, averaging.stateTravels(), averaging.wire());
  }

  /** Elements of the vector that goes down, and of the one that comes up. */
  public long elements() {
    return parameters + (stateTravels ? state : 0);
  }

  /** Bytes that a worker receives. */
  public long bytesDown() {
    return Float.BYTES * elements();
  }

  /** Bytes that a worker sends. */
  public long bytesUp() {
    return wire.width() * elements();
  }
}
