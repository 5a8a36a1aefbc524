package io.millrace.replica;

/**
 * A network that a replica's thread makes, works with and frees. All calls on that thread, since
 * workspaces and devices belong to threads.
 */
public interface LeasedNetwork {
  /**
   * Gives back the native memory of passes; called before another network works in this JVM. What
   * cannot be made again, such as its weights, stays.
   */
  default void rest() {}

  /** Gives all native memory back. */
  void close();
}
