package io.millrace.plan;

/**
 * Memory that a JVM needs, in bytes; upper estimates, held against real runs by {@code deploy/bench
 * memory}. In the formulas v is a vector of weights and optimiser state, p one of weights alone;
 * 400 MB of heap and as much outside are what Spark, ND4J's libraries and the JVM take before
 * anything is trained.
 *
 * @param heap what {@code -Xmx} has to give
 * @param outside what comes to it: native arrays, network buffers, libraries, the JVM itself
 */
public record MemoryNeed(long heap, long outside) {
  private static final long BASE_HEAP = 400_000_000;
  private static final long BASE_OUTSIDE = 400_000_000;

  /**
   * Of an executor with {@code workers} workers. Heap: {@code 3 v} for the broadcast, as blocks and
   * as arrays, and for what is left of the last one; for each worker {@code 3 v} for the result of
   * this round and the last and its average, {@code 2 p} for convolutions, three windows of encoded
   * images. Outside: for each worker {@code 5 p} for weights and gradient in training, weights in
   * evaluation, and the largest of a layer's in the memory order of oneDNN; the optimiser state,
   * one p at least; activations, their gradients and workspace; five of the largest activations for
   * evaluation.
   */
  static MemoryNeed executor(int workers, Sizes sizes) {
    long v = sizes.vector();
    long heap = 3 * v + 2 * sizes.weights() + 3 * sizes.window();
    long state = Math.max(sizes.weights(), sizes.ofReplica());
    long outside = 5 * sizes.weights() + state + 3 * sizes.activations() + 5 * sizes.evaluation();
    return new MemoryNeed(BASE_HEAP + 3 * v + workers * heap, BASE_OUTSIDE + workers * outside);
  }

  /**
   * Of the driver. Heap: {@code 7 v} for the master weights, the average that follows them, what
   * Spark keeps of this broadcast and of the last, as blocks and as arrays, the copy with which an
   * epoch begins, those of a checkpoint that is being written, and what it remembers besides;
   * workers' vectors never pass it. Outside: {@code 3 p} for its network, and one v on the network,
   * or weights and optimiser state.
   */
  static MemoryNeed driver(Sizes sizes) {
    return new MemoryNeed(
        BASE_HEAP + 7 * sizes.vector() + sizes.remembered(),
        BASE_OUTSIDE + 3 * sizes.weights() + sizes.weights() + sizes.state());
  }

  /** With so many bytes more. */
  MemoryNeed plus(long moreHeap, long moreOutside) {
    return new MemoryNeed(heap + moreHeap, outside + moreOutside);
  }

  /** Of the one JVM of a local master, which is driver and executor. */
  MemoryNeed with(MemoryNeed other) {
    return new MemoryNeed(heap + other.heap - BASE_HEAP, outside + other.outside - BASE_OUTSIDE);
  }

  /**
   * What memory follows from, in bytes.
   *
   * @param weights the parameters
   * @param vector what goes down: parameters, and the optimiser state if it travels
   * @param state the optimiser state
   * @param ofReplica that of a replica
   * @param remembered what the driver remembers besides, with a copy for the checkpoint
   * @param activations outputs of all vertices for a training minibatch
   * @param evaluation the largest output of a vertex for an evaluation batch
   * @param window a window of encoded blocks
   */
  record Sizes(
      long weights,
      long vector,
      long state,
      long ofReplica,
      long remembered,
      long activations,
      long evaluation,
      long window) {}
}
