package io.millrace.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint belongs to, as SHA-256 in hex.
 *
 * @param plan of the plan: who trains which example when
 * @param data of the prepared data set
 * @param model of the canonical network configuration
 * @param teacher of the model.zip that teaches; null without one
 * @param source the table that the data set was made of, with its version, in words; null where it
 *     was files
 */
public record Fingerprints(
    String plan,
    String data,
    String model,
    @JsonInclude(JsonInclude.Include.NON_NULL) String teacher,
    @JsonInclude(JsonInclude.Include.NON_NULL) String source) {
  /** Those of a run without a teacher. */
  public Fingerprints(String plan, String data, String model) {
    this(plan, data, model, null, null);
  }

  /** Those that there are, by name. */
  public Map<String, String> named() {
    Map<String, String> named = new TreeMap<>(Map.of("plan", plan, "data", data, "model", model));
    if (teacher != null) {
      named.put("teacher", teacher);
    }
    if (source != null) {
      named.put("source", source);
    }
    return named;
  }
}
