package io.millrace.plan;

/**
 * How much memory a run needs, in bytes; upper estimates, in vectors of {@code v = 4 (P + S)} bytes
 * for P parameters and S elements of optimiser state.
 *
 * @param worker of one worker: {@code 2 v} for its weights, state and gradients, {@code 2 v} for
 *     what it received and sends, {@code 3 x 4 A b} for activations A of b examples, their
 *     gradients and the ops' workspace, and three windows of encoded blocks (the one in use, the
 *     next, the one being read)
 * @param driver of the driver: {@code 4 v} for the master weights, what Spark keeps of their
 *     broadcast, the average, and the slices it is made of; images and whole vectors of workers
 *     never pass the driver
 */
public record MemoryNeed(long worker, long driver) {
  private static final int VECTORS_OF_A_WORKER = 4;
  private static final int VECTORS_OF_THE_DRIVER = 4;

  static MemoryNeed of(long vector, long activationBytes, long windowBytes) {
    long worker = VECTORS_OF_A_WORKER * vector + 3 * activationBytes + 3 * windowBytes;
    return new MemoryNeed(worker, VECTORS_OF_THE_DRIVER * vector);
  }
}
