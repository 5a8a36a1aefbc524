package io.millrace.source;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of a table that can still be read.
 *
 * @param table its name or folder
 * @param kind what a version is called
 * @param snapshots oldest first
 * @param tags numbers of versions by the names that somebody gave them
 * @param current number of the version that is read where none is asked for; null if there is none
 */
record TableHistory(
    String table,
    String kind,
    List<TableSnapshot> snapshots,
    Map<String, String> tags,
    String current) {
  /**
   * The snapshot that a config asks for.
   *
   * @param time what its timestamp means, null for none
   * @throws IllegalArgumentException if it is not there, or no more
   */
  TableSnapshot resolve(SourceConfig asked, Instant time) {
    if (asked.version() != null) {
      return of("" + asked.version()).orElseThrow(() -> gone("version", asked.version()));
    }
    if (asked.tag() != null) {
      return Optional.ofNullable(tags.get(asked.tag()))
          .flatMap(this::of)
          .orElseThrow(() -> gone("tag", asked.tag()));
    }
    if (time != null) {
      return snapshots.stream()
          .filter(each -> !each.committed().isAfter(time))
          .reduce((before, later) -> later)
          .orElseThrow(() -> gone("timestamp", asked.timestamp()));
    }
    return Optional.ofNullable(current)
        .flatMap(this::of)
        .orElseThrow(
            () -> new IllegalArgumentException("Cannot read %s: it is empty".formatted(table)));
  }

  private Optional<TableSnapshot> of(String id) {
    return snapshots.stream().filter(each -> each.id().equals(id)).findFirst();
  }

  private IllegalArgumentException gone(String key, Object value) {
    String there =
        snapshots.isEmpty()
            ? "it has none"
            : "from %s to %s"
                .formatted(snapshots.get(0).words(), snapshots.get(snapshots.size() - 1).words());
    String named = tags.isEmpty() ? "" : "; tags are " + String.join(", ", tags.keySet());
    return new IllegalArgumentException(
        "Invalid source.%s: %s (must be a %s that %s still has: %s%s)"
            .formatted(key, value, kind, table, there, key.equals("tag") ? named : ""));
  }
}
