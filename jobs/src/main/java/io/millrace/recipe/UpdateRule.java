package io.millrace.recipe;

import io.millrace.backend.ArrayMemory;
import io.millrace.backend.HostAccess;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
  /** Elements that a core of the driver updates at a time. */
  private static final long PIECE = 64 * HostUpdate.RUN;

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
      try (HostAccess w = HostAccess.writing(weights);
          HostAccess g = HostAccess.writing(gradient);
          HostAccess s = state == null ? null : HostAccess.writing(state)) {
        HostUpdate host =
            new HostUpdate(
                Elements.of(w), Elements.of(g), s == null ? null : Elements.of(s), w.length());
        double factor = clip.byNorm() ? clip.factor(norm(host, clipped(layout), examples)) : 1;
        for (Stretch each : stretches(layout, examples, now, factor)) {
          if (each.step() != null) {
            host.update(each.step(), each.from(), each.to());
          }
        }
      }
    } else {
      for (Stretch each : stretches(layout, examples, now, 1)) {
        if (each.step() != null) {
          OpsUpdate.update(each.step(), weights, gradient, state, each.from(), each.to());
        }
      }
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

  /**
   * Makes one update of vectors in slices, with all cores, to the bits of {@link #apply}. Runs on
   * the driver.
   *
   * @param weights flat weights, [P], which stay as they are
   * @param gradient flat gradient, summed over the examples, [P]; becomes the new weights
   * @param state flat state, [stateVectors * P], brought up to date; null for none
   * @param examples examples that the gradient is summed over
   * @param now when the update happens for each group
   */
  public void apply(
      ParameterLayout layout,
      byte[][] weights,
      byte[][] gradient,
      byte[][] state,
      int examples,
      List<Moment> now) {
    Elements made = Elements.of(gradient);
    HostUpdate host =
        new HostUpdate(
            Elements.of(weights).into(made),
            made,
            state == null ? null : Elements.of(state),
            layout.length());
    double factor =
        clip.byNorm() ? clip.factor(norm(host, clipped(layout).parallel(), examples)) : 1;
    stretches(layout, examples, now, factor).stream()
        .flatMap(each -> each.pieces(optimizer.trust() == Trust.NONE ? PIECE : Long.MAX_VALUE))
        .parallel()
        .forEach(
            each -> {
              if (each.step() == null) {
                host.keep(each.from(), each.to());
              } else {
                host.update(each.step(), each.from(), each.to());
              }
            });
  }

  /** Parameters in a row that are updated alike; the step is null for those left alone. */
  private record Stretch(UpdateStep step, long from, long to) {
    Stream<Stretch> pieces(long most) {
      return to - from <= most
          ? Stream.of(this)
          : LongStream.iterate(from, at -> at < to, at -> at + most)
              .mapToObj(at -> new Stretch(step, at, Math.min(to, at + most)));
    }
  }

  /** Whether the optimiser moves a parameter. */
  public boolean trains(ParameterSlot slot) {
    return slot.trained() && groups.moves(slot);
  }

  /** The factor of a parameter's weights inside of its gradient; 0 for none. */
  public double l2(ParameterSlot slot) {
    return decay.under(optimizer) == Decay.L2 ? decay.in(groups.of(slot)).of(slot) : 0;
  }

  private Stream<ParameterSlot> clipped(ParameterLayout layout) {
    return layout.slots().stream().filter(this::trains);
  }

  /** The norm of the mean gradient, summed by parameter and then in their order. */
  private static double norm(HostUpdate host, Stream<ParameterSlot> slots, int examples) {
    double squares = 0;
    for (double each :
        slots
            .mapToDouble(
                slot ->
                    host.squaresOfGradient(slot.offset(), slot.offset() + slot.length(), examples))
            .toArray()) {
      squares += each;
    }
    return Math.sqrt(squares);
  }

  private List<Stretch> stretches(
      ParameterLayout layout, int examples, List<Moment> now, double clipFactor) {
    List<Stretch> stretches = new ArrayList<>();
    boolean alone = optimizer.trust() != Trust.NONE;
    for (ParameterSlot slot : layout.slots()) {
      UpdateStep step = step(slot, examples, now, clipFactor);
      long end = slot.offset() + slot.length();
      int last = stretches.size() - 1;
      boolean joins = last >= 0 && !alone && Objects.equals(step, stretches.get(last).step());
      if (joins) {
        stretches.set(last, new Stretch(step, stretches.get(last).from(), end));
      } else {
        stretches.add(new Stretch(step, slot.offset(), end));
      }
    }
    return stretches;
  }

  /** How a parameter is updated; null for not at all. */
  private UpdateStep step(ParameterSlot slot, int examples, List<Moment> now, double clipFactor) {
    ParameterGroup group = groups.of(slot);
    if (!groups.moves(slot)) {
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
