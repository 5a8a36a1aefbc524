package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.state.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the roll-backs of a run have left behind, see {@link Divergence}. It lies in checkpoints,
 * and is the same whatever was interrupted between: a run that goes on diverges where it did
 * before.
 *
 * @param factor of all rates
 * @param all one for each roll-back, in their order
 */
public record Setbacks(double factor, List<Setback> all) {
  /** Of a run that never rolled back. */
  public static final Setbacks NONE = new Setbacks(1, List.of());

  /** The name under which they are remembered. */
  public static final String NAME = "divergence";

  private static final String FACTOR = "factor";
  private static final String FIRST = "first-";
  private static final String END = "end-";

  /**
   * Updates that are not made after a roll-back, counted globally.
   *
   * @param first the first
   * @param end the one after the last
   */
  public record Setback(long first, long end) {
    boolean covers(long update) {
      return first <= update && update < end;
    }
  }

  /** Copies the list. */
  public Setbacks {
    all = List.copyOf(all);
  }

  /** Roll-backs. */
  public int count() {
    return all.size();
  }

  /**
   * With another roll-back.
   *
   * @param update the one that diverged
   * @param from updates done where the run goes on from, no more than {@code update}
   */
  public Setbacks and(long update, long from, Divergence divergence) {
    List<Setback> more = new ArrayList<>(all);
    more.add(new Setback(Math.max(from, update + 1 - divergence.skip()), update + 1));
    return new Setbacks(factor * divergence.rateFactor(), more);
  }

  /** Whether an update is not made. */
  public boolean leaveOut(long update) {
    return all.stream().anyMatch(each -> each.covers(update));
  }

  /** Updates before this one that were not made. */
  public long before(long update) {
    return all.stream()
        .flatMapToLong(each -> LongStream.range(each.first(), Math.min(each.end(), update)))
        .distinct()
        .count();
  }

  /** As it lies in a checkpoint. */
  public Memory save() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put(FACTOR, factor);
    for (int i = 0; i < all.size(); i++) {
      figures.put(FIRST + i, (double) all.get(i).first());
      figures.put(END + i, (double) all.get(i).end());
    }
    return Memory.of(figures);
  }

  /** What {@link #save} gave. */
  public static Setbacks of(Memory memory) {
    List<Setback> all = new ArrayList<>();
    while (memory.figures().containsKey(FIRST + all.size())) {
      int i = all.size();
      all.add(new Setback((long) memory.figure(FIRST + i), (long) memory.figure(END + i)));
    }
    return new Setbacks(memory.figure(FACTOR), all);
  }

  /** For people; empty without any. */
  public String words() {
    return all.isEmpty() ? "" : "%s: %s".formatted(Counts.of(all.size(), "time"), changes());
  }

  /** What they have changed, for people. */
  public String changes() {
    String updates =
        all.stream()
            .filter(each -> each.first() < each.end())
            .map(
                each ->
                    each.end() - each.first() == 1
                        ? "" + each.first()
                        : each.first() + " to " + (each.end() - 1))
            .collect(Collectors.joining(", "));
    return "rates times %s%s"
        .formatted(
            Schedule.text(factor),
            updates.isEmpty() ? "" : ", without the global batches of updates " + updates);
  }
}
