package io.millrace.recipe;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What happens to all parameters of a network at one update: L2 into the gradient, then the
 * optimiser at the schedule's rate. What an optimiser does not train takes its gradient as it is:
 * {@code w -= g}, no rate, no state. Frozen parameters are left alone. Runs on executors, on the
 * replica's thread.
 *
 * @param rate of each update
 * @param optimizer update of trained parameters
 * @param decay L2 by kind of parameter
 */
public record UpdateRule(LearningRate rate, Optimizer optimizer, WeightDecay decay)
    implements Serializable {
  private static final Optimizer AS_IT_IS = new Sgd();
  private static final Step NONE = new Step(AS_IT_IS, 0, 0, 0);

  /** The rule of a config. */
  public static UpdateRule of(OptimizerConfig config, LearningRate rate) {
    return new UpdateRule(
        rate, config.kind(), new WeightDecay(config.weightDecay(), config.decayBias()));
  }

  /** Elements of the flat state of a network. */
  public long stateLength(ParameterLayout layout) {
    return optimizer.stateVectors() * layout.length();
  }

  /**
   * Makes one update in place.
   *
   * @param memory where the vectors are to be worked on
   * @param layout what lies where in the vectors
   * @param weights flat weights, [P]
   * @param gradient flat gradient as DL4J leaves it: summed over the examples, the step itself for
   *     statistics, without L2, [P]; undefined afterwards
   * @param state flat state, [stateVectors * P]; null for an optimiser without state
   * @param examples examples that the gradient is summed over
   * @param update global number of the update
   */
  public void apply(
      ArrayMemory memory,
      ParameterLayout layout,
      INDArray weights,
      INDArray gradient,
      INDArray state,
      int examples,
      long update) {
    if (memory == ArrayMemory.HOST && weights.dataType() == DataType.FLOAT) {
      try (HostUpdate host = new HostUpdate(weights, gradient, state)) {
        inRuns(layout, examples, update, host::update);
      }
    } else {
      inRuns(
          layout,
          examples,
          update,
          (step, from, to) -> updateByOps(step, weights, gradient, state, from, to));
    }
  }

  /** The same where this JVM's backend has its arrays. */
  public void apply(
      ParameterLayout layout,
      INDArray weights,
      INDArray gradient,
      INDArray state,
      int examples,
      long update) {
    apply(ArrayMemory.here(), layout, weights, gradient, state, examples, update);
  }

  /** An update of elements {@code from .. to}. */
  @FunctionalInterface
  private interface Run {
    void update(Step step, long from, long to);
  }

  private void inRuns(ParameterLayout layout, int examples, long update, Run run) {
    double now = rate.rate(update);
    List<ParameterSlot> slots = layout.slots();
    int first = 0;
    while (first < slots.size()) {
      Step step = step(slots.get(first), examples, now);
      int end = first + 1;
      while (end < slots.size() && step.equals(step(slots.get(end), examples, now))) {
        end++;
      }
      long from = slots.get(first).offset();
      long to = slots.get(end - 1).offset() + slots.get(end - 1).length();
      if (!step.equals(NONE)) {
        run.update(step, from, to);
      }
      first = end;
    }
  }

  private Step step(ParameterSlot slot, int examples, double now) {
    if (slot.frozen()) {
      return NONE;
    }
    if (slot.trained()) {
      return new Step(optimizer, examples, decay.of(slot), now);
    }
    return new Step(AS_IT_IS, slot.kind().isStatistic() ? 1 : examples, 0, 1);
  }

  /** The same as {@link HostUpdate}, in ops of the backend; any device, any type. */
  static void updateByOps(
      Step step, INDArray weights, INDArray gradient, INDArray state, long from, long to) {
    INDArray w = run(weights, from, to);
    INDArray g = run(gradient, from, to);
    INDArray[] s = new INDArray[step.optimizer().stateVectors()];
    for (int i = 0; i < s.length; i++) {
      s[i] = run(state, i * weights.length() + from, i * weights.length() + to);
    }
    g.divi(step.examples());
    if (step.l2() != 0) {
      g.addi(w.mul(step.l2()));
    }
    step.optimizer().update(w, g, s, step.rate());
  }

  private static INDArray run(INDArray vector, long from, long to) {
    return vector.reshape(vector.length()).get(NDArrayIndex.interval(from, to));
  }

  /** How a run of equally treated parameters is updated. */
  record Step(Optimizer optimizer, int examples, double l2, double rate) {}
}
