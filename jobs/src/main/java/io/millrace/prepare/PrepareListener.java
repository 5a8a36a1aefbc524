package io.millrace.prepare;

/** Is told a few times a second how far a {@code prepare} is. Lives on the driver. */
public interface PrepareListener {
  /** Is told nothing. */
  PrepareListener NONE = (pass, rows, of) -> {};

  /**
   * A pass over the source is under way.
   *
   * @param pass what is done: {@code check} or {@code write}
   * @param rows rows that are through, at least
   * @param of rows of the pass
   */
  void passed(String pass, long rows, long of);
}
