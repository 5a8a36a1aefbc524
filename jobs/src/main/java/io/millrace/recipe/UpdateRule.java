package io.millrace.recipe;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What happens to all parameters of a network at one update: clipping, L2 into the gradient, then
 * the optimiser's direction and decoupled decay at the schedule's rate. What an optimiser does not
 * train takes its gradient as it is: {@code w -= g}, no rate, no state. Frozen parameters are left
 * alone.
 *
 * @param optimizer update of trained parameters
 * @param decay decay by kind of parameter
 * @param clip clipping of the gradient
 * @param groups which parameters are trained in which way
 */
public record UpdateRule(Optimizer optimizer, WeightDecay decay, Clip clip, ParameterGroups groups)
    implements Serializable {
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
   * @param now when the update happens for each group
   */
  public void apply(
      ArrayMemory memory,
      ParameterLayout layout,
      INDArray weights,
      INDArray gradient,
      INDArray state,
      int examples,
      List<Moment> now) {
    boolean byElement = optimizer.trust() == Trust.NONE && !clip.byNorm() && !clip.byValue();
    if (memory == ArrayMemory.HOST && weights.dataType() == DataType.FLOAT
        || !optimizer.hasOps()
        || !byElement) {
      try (HostUpdate host = new HostUpdate(weights, gradient, state)) {
        inRuns(layout, examples, now, clipFactor(host, layout, examples), host::update);
      }
    } else {
      inRuns(
          layout,
          examples,
          now,
          1,
          (step, from, to) -> OpsUpdate.update(step, weights, gradient, state, from, to));
    }
  }

  /** The same where this JVM's backend has its arrays. */
  public void apply(
      ParameterLayout layout,
      INDArray weights,
      INDArray gradient,
      INDArray state,
      int examples,
      List<Moment> now) {
    apply(ArrayMemory.here(), layout, weights, gradient, state, examples, now);
  }

  /** An update of elements {@code from .. to}. */
  @FunctionalInterface
  private interface Run {
    void update(UpdateStep step, long from, long to);
  }

  private double clipFactor(HostUpdate host, ParameterLayout layout, int examples) {
    if (!clip.byNorm()) {
      return 1;
    }
    double squares = 0;
    for (ParameterSlot slot : layout.slots()) {
      if (slot.trained() && !groups.of(slot).frozen()) {
        squares += host.squaresOfGradient(slot.offset(), slot.offset() + slot.length(), examples);
      }
    }
    return clip.factor(Math.sqrt(squares));
  }

  private void inRuns(
      ParameterLayout layout, int examples, List<Moment> now, double clipFactor, Run run) {
    List<ParameterSlot> slots = layout.slots();
    boolean alone = optimizer.trust() != Trust.NONE;
    int first = 0;
    while (first < slots.size()) {
      UpdateStep step = step(slots.get(first), examples, now, clipFactor);
      int end = first + 1;
      while (!alone
          && step != null
          && end < slots.size()
          && step.equals(step(slots.get(end), examples, now, clipFactor))) {
        end++;
      }
      if (step != null) {
        ParameterSlot last = slots.get(end - 1);
        run.update(step, slots.get(first).offset(), last.offset() + last.length());
      }
      first = end;
    }
  }

  /** How a parameter is updated; null for not at all. */
  private UpdateStep step(ParameterSlot slot, int examples, List<Moment> now, double clipFactor) {
    ParameterGroup group = groups.of(slot);
    if (slot.frozen() || group.frozen()) {
      return null;
    }
    if (!slot.trained()) {
      return UpdateStep.asItIs(slot.kind().isStatistic() ? 1 : examples);
    }
    double factor = decay.in(group).of(slot);
    boolean l2 = decay.under(optimizer) == Decay.L2;
    return new UpdateStep(
        optimizer,
        examples,
        l2 ? factor : 0,
        l2 ? 0 : factor,
        now.get(groups.indexOf(slot)),
        clipFactor,
        clip.value());
  }
}
