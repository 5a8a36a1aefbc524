package io.millrace.epoch;

/** Where an iterator takes its minibatches from, for as long as it has it. */
interface MinibatchSource {
  /** The next minibatch, valid until the next call; waits for it. */
  PreparedMinibatch take() throws InterruptedException;

  /** What reading costs. */
  ReadMeter meter();

  /**
   * Ends the use; any thread may call it.
   *
   * @param finished whether all that was to be taken has been
   */
  void release(boolean finished);
}
