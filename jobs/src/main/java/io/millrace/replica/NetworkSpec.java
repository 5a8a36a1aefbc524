package io.millrace.replica;

/**
 * Which network a task asks the {@link ReplicaPool} for. Idle replicas of one class of spec never
 * displace those of another.
 *
 * @param <N> what is leased
 */
public interface NetworkSpec<N extends LeasedNetwork> {
  /** Names the network: whatever was made for a spec of this class and key serves this one too. */
  String key();

  /** Makes the network; on the thread that will work with it, on the device of the task. */
  N network();

  /** How many idle replicas with other keys may stay in a JVM when one with this key is leased. */
  default int idleOthers() {
    return 0;
  }

  /** Whether a GPU carries one leased replica of this class and no other. */
  default boolean aloneOnDevice() {
    return false;
  }
}
