package io.millrace.line;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The champions of a line, the one in production last: the file {@code champion.json}, whose
 * replacement, in one step, is all that a promotion or a rollback is. Lives on the driver.
 *
 * @param all each as it came to its place, oldest first
 */
public record Champions(List<Champion> all) {
  /** Name of the file in the line's folder. */
  public static final String FILE = "champion.json";

  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = SealedJson.MAPPER;

  /** Copies the list. */
  public Champions {
    all = List.copyOf(all);
  }

  /**
   * Reads the file of a line; none of one that has no champion yet.
   *
   * @throws IOException if it cannot be read, or is not as it was written: never taken for none
   */
  public static Champions in(RunFolder line) throws IOException {
    Optional<ObjectNode> read = SealedJson.read(line, FILE, FORMAT);
    return read.isEmpty()
        ? new Champions(List.of())
        : SealedJson.value(line, FILE, read.get(), Champions.class);
  }

  /** Makes the file say this, in one step. */
  public void write(RunFolder line) throws IOException {
    ObjectNode node = JSON.valueToTree(this);
    current().ifPresent(champion -> node.set("champion", JSON.valueToTree(champion)));
    SealedJson.write(line, FILE, FORMAT, node);
  }

  /** The one in production. */
  public Optional<Champion> current() {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** The one that a rollback puts back unless told otherwise. */
  public Optional<Champion> before() {
    return standing().stream().skip(1).findFirst();
  }

  /** Whether a night's model was promoted, though it may have been rolled back since. */
  public boolean promoted(String night) {
    return all.stream()
        .anyMatch(each -> each.night().equals(night) && each.how() == Champion.How.PROMOTED);
  }

  /** Whether a night's model was promoted, and a rollback has put it aside since. */
  public boolean putAside(String night) {
    return promoted(night) && standing().stream().noneMatch(each -> each.night().equals(night));
  }

  /** The same with a new one in production. */
  public Champions with(Champion champion) {
    List<Champion> more = new ArrayList<>(all);
    more.add(champion);
    return new Champions(more);
  }

  /**
   * The same with an earlier one back in its place.
   *
   * @param night whose; the one before the present one unless given
   * @param now the time, UTC
   * @param why in words
   * @throws IllegalArgumentException if there is no such
   */
  public Champions rolledBack(Optional<String> night, String now, String why) {
    Champion present =
        current()
            .orElseThrow(
                () -> new IllegalArgumentException("Cannot roll back: there is no champion yet"));
    if (night.isPresent() && night.get().equals(present.night())) {
      throw new IllegalArgumentException(
          "Cannot roll back to %s: it is the champion".formatted(present.night()));
    }
    if (night.isEmpty() && before().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot roll back: there is no champion before that of %s".formatted(present.night()));
    }
    Champion earlier =
        night.isEmpty()
            ? before().orElseThrow()
            : all.stream()
                .filter(each -> each.night().equals(night.get()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "Cannot roll back to %s: it was never the champion (champions are of %s)"
                                .formatted(night.get(), nights())));
    return with(earlier.again(now, why));
  }

  private String nights() {
    return String.join(", ", all.stream().map(Champion::night).distinct().toList());
  }

  /**
   * Those that stand on each other, the present one first: a rollback takes away what came after.
   */
  private Deque<Champion> standing() {
    Deque<Champion> standing = new ArrayDeque<>();
    for (Champion each : all) {
      boolean below = standing.stream().anyMatch(one -> one.night().equals(each.night()));
      while (below && !standing.getFirst().night().equals(each.night())) {
        standing.removeFirst();
      }
      if (!below) {
        standing.addFirst(each);
      }
    }
    return standing;
  }
}
