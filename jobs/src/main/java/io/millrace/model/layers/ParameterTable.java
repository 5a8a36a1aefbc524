package io.millrace.model.layers;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Where each parameter of the canonical flat vector lies in a replica's flat vector.
 *
 * @param runs stretches that are contiguous in both, in canonical order
 * @param length elements of either vector
 */
public record ParameterTable(List<Run> runs, long length) {
  /**
   * {@code length} elements at {@code canonical} of one vector and {@code replica} of the other.
   */
  public record Run(long canonical, long replica, long length) {}

  /**
   * The table of two layouts of the same parameters.
   *
   * @throws IllegalArgumentException when they do not have the same parameters
   */
  public static ParameterTable between(ParameterLayout canonical, ParameterLayout replica) {
    Map<String, ParameterSlot> there = new HashMap<>();
    replica.slots().forEach(slot -> there.put(slot.key(), slot));
    List<Run> runs = new ArrayList<>();
    for (ParameterSlot slot : canonical.slots()) {
      ParameterSlot other = there.remove(slot.key());
      if (other == null || other.length() != slot.length()) {
        throw new IllegalArgumentException(
            "Cannot map parameter " + slot.key() + ": the replica has " + other);
      }
      append(runs, new Run(slot.offset(), other.offset(), slot.length()));
    }
    if (!there.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot map parameters " + there.keySet() + ": the canonical network lacks them");
    }
    return new ParameterTable(List.copyOf(runs), canonical.length());
  }

  /** The table of the parameters that two layouts share; each may have others. */
  public static ParameterTable ofShared(ParameterLayout canonical, ParameterLayout replica) {
    Map<String, ParameterSlot> there = new HashMap<>();
    replica.slots().forEach(slot -> there.put(slot.key(), slot));
    List<Run> runs = new ArrayList<>();
    for (ParameterSlot slot : canonical.slots()) {
      ParameterSlot other = there.get(slot.key());
      if (other != null) {
        append(runs, new Run(slot.offset(), other.offset(), slot.length()));
      }
    }
    return new ParameterTable(List.copyOf(runs), canonical.length());
  }

  /** Whether both vectors have the same order, so that one may stand for the other. */
  public boolean isIdentity() {
    return runs.stream().allMatch(run -> run.canonical() == run.replica());
  }

  /** Copies a canonical flat vector into a replica's, both with {@link #length} elements. */
  public void toReplica(INDArray canonical, INDArray replica) {
    for (Run run : runs) {
      slice(replica, run.replica(), run).assign(slice(canonical, run.canonical(), run));
    }
  }

  /** Copies a replica's flat vector into a canonical one, both with {@link #length} elements. */
  public void toCanonical(INDArray replica, INDArray canonical) {
    for (Run run : runs) {
      slice(canonical, run.canonical(), run).assign(slice(replica, run.replica(), run));
    }
  }

  /** Where a part of a canonical stretch lies in the replica's vector. */
  @FunctionalInterface
  public interface Part {
    /**
     * Takes {@code n} elements.
     *
     * @param done elements of the stretch before it
     * @param replica first element in the replica's vector
     */
    void visit(int done, long replica, int n);
  }

  /** Visits canonical elements {@code [first, first + n)}, part after part. */
  public void visit(long first, int n, Part part) {
    for (Run run : runs) {
      long from = Math.max(first, run.canonical());
      long to = Math.min(first + n, run.canonical() + run.length());
      if (from < to) {
        part.visit((int) (from - first), run.replica() + from - run.canonical(), (int) (to - from));
      }
    }
  }

  private static INDArray slice(INDArray vector, long offset, Run run) {
    return vector
        .reshape(vector.length())
        .get(NDArrayIndex.interval(offset, offset + run.length()));
  }

  private static void append(List<Run> runs, Run next) {
    Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (last != null
        && last.canonical() + last.length() == next.canonical()
        && last.replica() + last.length() == next.replica()) {
      runs.set(
          runs.size() - 1,
          new Run(last.canonical(), last.replica(), last.length() + next.length()));
    } else {
      runs.add(next);
    }
  }
}
