package io.millrace.training;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.recipe.OuterStep;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import io.millrace.wire.Elements;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WideVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An outer step with what it remembers. Lives on the driver; slices side by side. */
final class OuterState implements Remembered {
  /** Elements that a core works on at a time. */
  private static final long MOST = 1 << 14;

  private final OuterStep step;
  private final long length;
  private final List<Stretch> trained;
  private WideVector[] vectors;

  OuterState(OuterStep step, ParameterLayout layout, Collection<ParameterSlot> trained) {
    this.step = step;
    this.length = layout.length();
    this.trained = trained.stream().flatMap(Stretch::bySlice).toList();
    this.vectors =
        IntStream.range(0, step.vectors())
            .mapToObj(each -> WideVector.zeros(length))
            .toArray(WideVector[]::new);
  }

  /** Elements from {@code from} on, all in one slice. */
  private record Stretch(long from, int length) {
    static Stream<Stretch> bySlice(ParameterSlot slot) {
      List<Stretch> stretches = new ArrayList<>();
      long end = slot.offset() + slot.length();
      for (long from = slot.offset(); from < end; ) {
        long slice = (from / WeightCodec.SLICE + 1) * WeightCodec.SLICE;
        int n = (int) Math.min(MOST, Math.min(end, slice) - from);
        stretches.add(new Stretch(from, n));
        from += n;
      }
      return stretches.stream();
    }

    int slice() {
      return (int) (from / WeightCodec.SLICE);
    }

    int offset() {
      return (int) (from % WeightCodec.SLICE);
    }
  }

  /** What a run under this step goes on from. */
  boolean remembers() {
    return step.vectors() > 0;
  }

  /**
   * Makes new weights of an average, in place.
   *
   * @param before the weights that went down
   * @param rate of the round's first update
   */
  void step(byte[][] before, byte[][] average, double rate) {
    if (!remembers()) {
      return;
    }
    Elements old = Elements.of(before);
    Elements made = Elements.of(average);
    trained.parallelStream().forEach(each -> step(each, old, made, rate));
  }

  private void step(Stretch each, Elements before, Elements average, double rate) {
    int n = each.length();
    double[] old = wide(before, each);
    double[] made = wide(average, each);
    double[][] own = new double[vectors.length][n];
    for (int i = 0; i < own.length; i++) {
      System.arraycopy(vectors[i].slice(each.slice()), each.offset(), own[i], 0, n);
    }
    step.step(old, made, own, n, rate);
    for (int i = 0; i < own.length; i++) {
      System.arraycopy(own[i], 0, vectors[i].slice(each.slice()), each.offset(), n);
    }
    float[] narrow = new float[n];
    for (int i = 0; i < n; i++) {
      narrow[i] = (float) made[i];
    }
    average.put(each.from(), narrow, n);
  }

  private static double[] wide(Elements elements, Stretch each) {
    float[] values = new float[each.length()];
    elements.get(each.from(), values, values.length);
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Override
  public String name() {
    return "outer-step";
  }

  @Override
  public Memory save() {
    Map<String, WideVector> named = new TreeMap<>();
    for (int i = 0; i < vectors.length; i++) {
      named.put("vector-" + i, vectors[i].copy());
    }
    return new Memory(named, Map.of());
  }

  @Override
  public void restore(Memory memory) {
    vectors =
        IntStream.range(0, vectors.length)
            .mapToObj(each -> memory.vector("vector-" + each, length).copy())
            .toArray(WideVector[]::new);
  }
}
