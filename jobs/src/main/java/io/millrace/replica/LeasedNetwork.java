package io.millrace.replica;

/**
 * A network that a replica's thread makes, works with and frees. All calls on that thread, since
 * workspaces and devices belong to threads.
 */
public interface LeasedNetwork {
  /**
   * Gives back the native memory that only the work just done needed; called after each lease whose
   * work ended well. What makes the next lease fast, such as its weights, stays.
   */
  default void rest() {}

  /** Gives all native memory back. */
  void close();
}
