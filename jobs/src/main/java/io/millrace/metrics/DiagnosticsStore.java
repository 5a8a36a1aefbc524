package io.millrace.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What diagnostics found in a run's epochs: {@code diagnostics.jsonl}, one line an epoch, written
 * whole after each, as {@link MetricsStore} says.
 */
public final class DiagnosticsStore {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final RunFolder folder;
  private final StringBuilder lines;

  /**
   * A store that goes on.
   *
   * @param before lines of the epochs that are done; those of others in the folder go
   */
  public DiagnosticsStore(RunFolder folder, String before) throws IOException {
    this.folder = folder;
    this.lines = new StringBuilder(before);
    if (before.isEmpty()) {
      folder.delete(RunFolder.DIAGNOSTICS);
    } else {
      write();
    }
  }

  /** Adds an epoch; {@link #write} writes it down. */
  public void add(DiagnosedEpoch epoch) {
    try {
      lines.append(JSON.writeValueAsString(epoch)).append('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the file, if there is anything to say. */
  public void write() throws IOException {
    if (lines.length() > 0) {
      folder.write(RunFolder.DIAGNOSTICS, lines());
    }
  }

  /** The text of diagnostics.jsonl. */
  public String lines() {
    return lines.toString();
  }

  /** The epochs of such lines, oldest first. */
  public static List<DiagnosedEpoch> epochs(String lines) throws IOException {
    List<DiagnosedEpoch> epochs = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      epochs.add(JSON.readValue(line, DiagnosedEpoch.class));
    }
    return epochs;
  }
}
