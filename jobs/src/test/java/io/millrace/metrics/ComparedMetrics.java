package io.millrace.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lines of metrics.jsonl, to be compared with those of the same run, disturbed. */
public final class ComparedMetrics {
  /** What depends on the time of day and on the machine. */
  private static final List<String> TIMES =
      List.of(
          "ended_at",
          "images_per_second",
          "wall_seconds",
          "validation_seconds",
          "seconds",
          "wait_share");

  private ComparedMetrics() {}

  /** All but times, throughput and bytes read: who goes on reads again what was read ahead. */
  public static List<ObjectNode> of(Path file) throws IOException {
    List<ObjectNode> epochs = withBytesRead(file);
    epochs.forEach(epoch -> epoch.remove("bytes_read"));
    return epochs;
  }

  /** All but times and throughput. */
  public static List<ObjectNode> withBytesRead(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<ObjectNode> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      epochs.add(json.readValue(line, ObjectNode.class).without(TIMES));
    }
    return epochs;
  }
}
