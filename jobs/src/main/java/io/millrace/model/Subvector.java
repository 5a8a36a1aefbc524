package io.millrace.model;

import io.millrace.wire.Elements;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Some parameters of a network as a flat vector of their own, in the order of the whole one. What
 * trains and travels is such a part; the rest stays where it is.
 *
 * @param whole all parameters
 * @param part those of the part, at their places in its own vector
 * @param stretches where elements in a row of the part lie in the whole
 */
public record Subvector(ParameterLayout whole, ParameterLayout part, List<Stretch> stretches)
    implements Serializable {
  private static final int CHUNK = 1 << 16;

  /** {@code length} elements at {@code whole} of one vector and {@code part} of the other. */
  public record Stretch(long whole, long part, long length) implements Serializable {}

  /** The parameters that meet a condition. */
  public static Subvector of(ParameterLayout whole, Predicate<ParameterSlot> which) {
    List<ParameterSlot> part = new ArrayList<>();
    List<Stretch> stretches = new ArrayList<>();
    long at = 0;
    for (ParameterSlot slot : whole.slots()) {
      if (which.test(slot)) {
        part.add(slot.at(at));
        append(stretches, new Stretch(slot.offset(), at, slot.length()));
        at += slot.length();
      }
    }
    return new Subvector(whole, new ParameterLayout(part), List.copyOf(stretches));
  }

  private static void append(List<Stretch> stretches, Stretch next) {
    Stretch last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
    if (last != null && last.whole() + last.length() == next.whole()) {
      stretches.set(
          stretches.size() - 1,
          new Stretch(last.whole(), last.part(), last.length() + next.length()));
    } else {
      stretches.add(next);
    }
  }

  /** Whether nothing is left out. */
  public boolean isWhole() {
    return part.length() == whole.length();
  }

  /** The part of {@code vectors} flat vectors in a row, [vectors * P], as slices of its own. */
  public byte[][] take(WeightVector from, int vectors) {
    byte[][] taken = WeightCodec.allocate(vectors * part.length());
    Elements to = Elements.of(taken);
    Elements source = Elements.of(from.slices());
    copy(vectors, (at, own, values, n) -> move(source, at, to, own, values, n));
    return taken;
  }

  /** The same with the part at its place in {@code rest}, which stays as it is. */
  public WeightVector put(WeightVector own, WeightVector rest, int vectors) {
    byte[][] made = copyOf(rest);
    Elements to = Elements.of(made);
    Elements source = Elements.of(own.slices());
    copy(vectors, (at, mine, values, n) -> move(source, mine, to, at, values, n));
    return new WeightVector(made, 0, rest.length());
  }

  /** The part of a vector of doubles. */
  public WideVector take(WideVector from) {
    WideVector taken = WideVector.zeros(part.length());
    for (Stretch each : stretches) {
      from.copyTo(each.whole(), taken, each.part(), each.length());
    }
    return taken;
  }

  /** A vector of doubles with the part at its place in {@code rest}, which stays as it is. */
  public WideVector put(WideVector own, WideVector rest) {
    WideVector made = rest.copy();
    for (Stretch each : stretches) {
      own.copyTo(each.part(), made, each.whole(), each.length());
    }
    return made;
  }

  private static byte[][] copyOf(WeightVector vector) {
    byte[][] slices = vector.slices();
    byte[][] copy = new byte[slices.length][];
    for (int i = 0; i < slices.length; i++) {
      copy[i] = slices[i].clone();
    }
    return copy;
  }

  private interface Copy {
    void chunk(long whole, long part, float[] values, int n);
  }

  private static void move(Elements from, long at, Elements to, long place, float[] by, int n) {
    from.get(at, by, n);
    to.put(place, by, n);
  }

  private void copy(int vectors, Copy copy) {
    float[] values = new float[CHUNK];
    for (int vector = 0; vector < vectors; vector++) {
      for (Stretch each : stretches) {
        for (long done = 0; done < each.length(); done += CHUNK) {
          copy.chunk(
              vector * whole.length() + each.whole() + done,
              vector * part.length() + each.part() + done,
              values,
              (int) Math.min(CHUNK, each.length() - done));
        }
      }
    }
  }
}
