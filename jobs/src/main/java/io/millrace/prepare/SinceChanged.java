package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.source.SourceConfig;
import io.millrace.store.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a config says of source and prepared set that is not how the set was made: only {@code
 * prepare} would see it.
 */
public final class SinceChanged {
  private SinceChanged() {}

  /**
   * A line for each key that differs; none where the config names no source, as one that only
   * trains.
   */
  public static List<String> lines(
      DatasetManifest.Origin origin, SourceConfig source, DatasetConfig dataset) {
    List<String> lines = new ArrayList<>();
    if (!source.given()) {
      return lines;
    }
    String place = Redaction.of(source.place());
    if (!place.equals(origin.source())) {
      lines.add(line("source", origin.source(), place));
    }
    Map<String, Object> then = origin.settings();
    Map<String, Object> now = SetFingerprint.settings(source, dataset, source.classes());
    now.remove("classes"); // these may come of a file
    Set<String> keys = new TreeSet<>(now.keySet());
    keys.retainAll(then.keySet());
    if (!keys.isEmpty()) {
      keys.addAll(SetFingerprint.NEWER); // which are there only where they are set
    }
    for (String key : keys) {
      if (!SetFingerprint.of(now.get(key)).equals(SetFingerprint.of(then.get(key)))) {
        lines.add(line(section(key) + key, then.get(key), now.get(key)));
      }
    }
    return lines;
  }

  private static String section(String key) {
    return Stream.of(SourceConfig.class.getRecordComponents())
            .anyMatch(each -> each.getName().equals(key))
        ? "source."
        : "dataset.";
  }

  private static String line(String key, Object then, Object now) {
    return "%-14s the set is of %s %s, the config says %s: only prepare reads that"
        .formatted("not prepared", key, then, now);
  }
}
