package io.millrace.wire;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What was measured, by name: a sum, and the weight of what was summed. So what workers, rounds and
 * epochs measured merges by adding, and a new measure needs no new field anywhere between the line
 * that measures it and the one that shows it. Names stay in the order in which they came. Not
 * thread-safe.
 */
public final class Measures implements Serializable {
  private static final long serialVersionUID = 1;

  private transient Map<String, Measure> measures = new LinkedHashMap<>();

  private record Measure(double sum, double weight) {
    Measure plus(Measure other) {
      return new Measure(sum + other.sum, weight + other.weight);
    }
  }

  /** Adds to a plain sum, such as bytes or ns. */
  public Measures add(String name, double sum) {
    return add(name, sum, 0);
  }

  /**
   * Adds to a sum whose mean is asked for.
   *
   * @param sum over what was measured
   * @param weight of that, such as its examples
   */
  public Measures add(String name, double sum, double weight) {
    measures.merge(name, new Measure(sum, weight), Measure::plus);
    return this;
  }

  /** Adds all that others measured. */
  public Measures add(Measures others) {
    others.measures.forEach((name, measure) -> add(name, measure.sum, measure.weight));
    return this;
  }

  /** The sum; 0 for what was never measured. */
  public double sum(String name) {
    Measure measure = measures.get(name);
    return measure == null ? 0 : measure.sum;
  }

  /** The sum over its weight; for a plain sum the sum, not a number for what was never measured. */
  public double value(String name) {
    Measure measure = measures.get(name);
    if (measure == null) {
      return Double.NaN;
    }
    return measure.weight == 0 ? measure.sum : measure.sum / measure.weight;
  }

  /** The weight of what was summed; 0 for a plain sum, and for what was never measured. */
  public double weight(String name) {
    Measure measure = measures.get(name);
    return measure == null ? 0 : measure.weight;
  }

  /** What was measured, in the order in which it came. */
  public Set<String> names() {
    return Collections.unmodifiableSet(measures.keySet());
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeInt(measures.size());
    for (Map.Entry<String, Measure> each : measures.entrySet()) {
      out.writeUTF(each.getKey());
      out.writeDouble(each.getValue().sum);
      out.writeDouble(each.getValue().weight);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    measures = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      measures.put(in.readUTF(), new Measure(in.readDouble(), in.readDouble()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Measures those && measures.equals(those.measures);
  }

  @Override
  public int hashCode() {
    return measures.hashCode();
  }

  @Override
  public String toString() {
    return measures.toString();
  }
}
