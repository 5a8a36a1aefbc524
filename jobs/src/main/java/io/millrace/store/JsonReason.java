package io.millrace.store;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** Why JSON text cannot be read, in one line: Jackson's own words may quote the text at length. */
public final class JsonReason {
  private JsonReason() {}

  /** The reason that a record of ours gives, else Jackson's first line, and where it is. */
  public static String of(JsonProcessingException e) {
    boolean ours = e.getCause() instanceof IllegalArgumentException;
    String words = ours ? e.getCause().getMessage() : e.getOriginalMessage();
    String line = String.valueOf(words).lines().findFirst().orElse("it is no JSON");
    JsonLocation place = e.getLocation();
    return ours || place == null || place.getLineNr() < 1
        ? line
        : "%s (line %d, column %d)".formatted(line, place.getLineNr(), place.getColumnNr());
  }
}
