package io.millrace.diagnostics;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.recipe.UpdateRule;
import io.millrace.wire.Elements;
import io.millrace.wire.Measures;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Lets diagnostics read one update of all trained parameters.
 *
 * @param kinds the diagnostics
 * @param layout canonical order of the parameters
 * @param rule makes the updates
 * @param parallel whether all cores may read, each another parameter; the figures are the same
 */
public record StepMeter(
    List<Diagnostic> kinds, ParameterLayout layout, UpdateRule rule, boolean parallel) {
  /** The time it took, a measure in ns. */
  public static final String NANOS = "diagnostics";

  /**
   * Reads a gradient before an update uses it.
   *
   * @param summed gradient summed over the examples, without L2, in canonical order
   * @param weights that it was taken at
   */
  public Measures gradient(Elements summed, Elements weights, long examples) {
    return read(
        (slot, to) -> {
          var view = new GradientView(slot, rule.l2(slot), examples, summed, weights);
          kinds.forEach(each -> each.gradient(view, new Readings(each, to)));
        });
  }

  /** Reads weights before and after an update, in canonical order. */
  public Measures update(Elements before, Elements after) {
    return read(
        (slot, to) -> {
          var view = new UpdateView(slot, before, after);
          kinds.forEach(each -> each.update(view, new Readings(each, to)));
        });
  }

  private Measures read(BiConsumer<ParameterSlot, Measures> reader) {
    long start = System.nanoTime();
    Stream<ParameterSlot> slots = layout.slots().stream().filter(rule::trains);
    Measures all = new Measures();
    (parallel ? slots.parallel() : slots)
        .map(
            slot -> {
              Measures own = new Measures();
              reader.accept(slot, own);
              return own;
            })
        .toList()
        .forEach(all::add);
    return all.add(NANOS, System.nanoTime() - start);
  }
}
