package io.millrace.checkpoint;

import io.millrace.state.Position;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a checkpoint's folder: {@code epoch-0002} at the end of that epoch, {@code
 * epoch-0002-round-00017} within the next. Names are in the order of training, as numbers.
 *
 * @param epoch epochs done
 * @param round rounds done of the epoch after them
 */
record CheckpointName(int epoch, int round) implements Comparable<CheckpointName> {
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})(?:-round-(\\d{5,9}))?");

  static CheckpointName of(Position position) {
    return new CheckpointName(position.epoch(), position.round());
  }

  /** What a folder's name says; empty for one of something else. */
  static Optional<CheckpointName> parse(String name) {
    Matcher numbered = NAME.matcher(name);
    if (!numbered.matches()) {
      return Optional.empty();
    }
    String round = numbered.group(2);
    return Optional.of(
        new CheckpointName(
            Integer.parseInt(numbered.group(1)), round == null ? 0 : Integer.parseInt(round)));
  }

  @Override
  public int compareTo(CheckpointName other) {
    return Comparator.comparingInt(CheckpointName::epoch)
        .thenComparingInt(CheckpointName::round)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return round == 0
        ? "epoch-%04d".formatted(epoch)
        : "epoch-%04d-round-%05d".formatted(epoch, round);
  }
}
