package io.millrace.plan;

import io.millrace.config.RunConfig;
import io.millrace.model.layers.NativePass;

/** What executors and the driver need for a plan, as {@link MemoryNeed} adds it up. */
final class PlannedMemory {
  private final TrainingPlan plan;
  private final RunConfig config;

  PlannedMemory(TrainingPlan plan) {
    this.plan = plan;
    this.config = plan.config();
  }

  /** Memory of an executor that runs {@code workers} workers. */
  MemoryNeed executor(int workers) {
    MemoryNeed need = MemoryNeed.executor(workers, sizes());
    if (plan.features() != null) {
      need = need.plus(workers * plan.features().block(), 0); // one that is being made
    }
    return plan.teacher() == null
        ? need
        : need.plus(plan.teacher().heap(), workers * plan.teacher().outside());
  }

  /** Memory of the driver. */
  MemoryNeed driver() {
    MemoryNeed need = MemoryNeed.driver(sizes());
    return plan.teacher() == null ? need : need.plus(plan.teacher().driverHeap(), 0);
  }

  private long stateBytes() {
    return Float.BYTES * plan.stateElements();
  }

  /** Bytes that the driver remembers beside the vector that goes down, with their copies. */
  private long remembered() {
    var averaging = config.averaging();
    long wide = Double.BYTES * plan.network().part().moving();
    long narrow = Float.BYTES * plan.network().part().moving();
    return (averaging.exchange().updatesOnDriver() ? 2 * stateBytes() : 0)
        + 2 * wide * averaging.outer().vectors()
        + (2 * wide + narrow) * averaging.shadows().size();
  }

  /** Blocks of a window of each of a worker's shares. */
  private long windowBlocks() {
    return (long) config.shuffle().window() * (plan.shape().shares() / plan.shape().workers());
  }

  private MemoryNeed.Sizes sizes() {
    return new MemoryNeed.Sizes(
        Float.BYTES * plan.network().parameters(),
        plan.cargo().bytesDown(),
        stateBytes(),
        config.averaging().exchange().updatesOnDriver() ? 0 : stateBytes(),
        remembered(),
        activationBytes(),
        Float.BYTES * plan.network().widest() * config.evaluation().batch(),
        Math.min(windowBlocks(), plan.blocks())
            * (plan.features() == null ? plan.largestBlock() : plan.features().block()));
  }

  /**
   * Outputs of a training minibatch. Native kernels of a narrow format hand them on as they are;
   * around those of fp32, rounded copies come to them, of one layer at a time.
   */
  private long activationBytes() {
    var training = config.training();
    boolean narrow = NativePass.isNative(training.fastPath(), training.precision());
    int bytes = narrow ? training.precision().bytes() : Float.BYTES;
    long rounded = training.precision().isFull() || narrow ? 0 : 2 * plan.network().widest();
    return (bytes * kept() + Float.BYTES * rounded) * plan.shape().largestMinibatch();
  }

  /** Outputs of an example that are kept; below what is trained two of the largest. */
  private long kept() {
    return plan.network().isPart()
        ? Math.min(
            plan.network().activations(),
            plan.network().part().activations() + 2 * plan.network().widest())
        : plan.network().activations();
  }
}
