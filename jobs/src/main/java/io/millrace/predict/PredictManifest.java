package io.millrace.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.store.JsonReason;
import io.millrace.store.Sealed;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a folder of predictions holds: {@code manifest.json}, there before the first of them.
 *
 * @param format version of this format
 * @param model the model
 * @param input the images
 * @param settings what else a row depends on, by name
 * @param chunkRows rows of a chunk, at most: chunks have to be the same when it goes on
 * @param chunkBytes of what a chunk reads, about
 * @param done what was found; null before the end
 * @param versions of Millrace, its git revision, DL4J and ND4J
 */
record PredictManifest(
    int format,
    Model model,
    Input input,
    Map<String, String> settings,
    long chunkRows,
    long chunkBytes,
    Done done,
    Map<String, String> versions) {
  /** 2: chunks of whole passes; of format 1 the files are cut at other rows. */
  static final int FORMAT = 2;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /**
   * A model.
   *
   * @param path as it was given
   * @param sha256 of its file
   * @param run name of the run that made it
   * @param network in words
   */
  record Model(String path, String sha256, String run, String network) {
    @Override
    public String toString() {
      return "%s of run %s (%s...)".formatted(path, run, sha256.substring(0, 8));
    }
  }

  /**
   * Images.
   *
   * @param path as it was given
   * @param fingerprint of the files, by path, length and time of change
   * @param files how many
   * @param rows of them, about
   */
  record Input(String path, String fingerprint, long files, long rows) {}

  /**
   * The end.
   *
   * @param rows predictions
   * @param quarantined images that could not be predicted
   */
  record Done(long rows, long quarantined) {}

  /** What a chunk is. */
  Chunk.Size chunk() {
    return new Chunk.Size(chunkRows, chunkBytes);
  }

  /** The same at its end. */
  PredictManifest with(Done end) {
    return new PredictManifest(
        format, model, input, settings, chunkRows, chunkBytes, end, versions);
  }

  /** In what another prediction differs from this one, in words; nothing if it goes on with it. */
  Optional<String> difference(PredictManifest other) {
    if (format != other.format) {
      return Optional.of(
          "of an earlier Millrace, in format %d, not %d".formatted(format, other.format));
    }
    if (!model.sha256.equals(other.model.sha256)) {
      return Optional.of("by another model, %s, not %s".formatted(model, other.model));
    }
    if (!input.fingerprint.equals(other.input.fingerprint)) {
      return Optional.of(
          input.path.equals(other.input.path)
              ? "of %s as it was, files came, changed or went since".formatted(input.path)
              : "of another input, %s, not %s".formatted(input.path, other.input.path));
    }
    List<String> changed = new ArrayList<>();
    Map<String, String> names = new TreeMap<>(settings);
    names.putAll(other.settings);
    for (String name : names.keySet()) {
      String here = settings.get(name);
      String there = other.settings.get(name);
      if (here == null || !here.equals(there)) {
        changed.add("%s %s, not %s".formatted(name, here, there));
      }
    }
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of("made with " + String.join("; ", changed));
  }

  String toJson() {
    return Sealed.text(JSON.<ObjectNode>valueToTree(this));
  }

  /**
   * Reads one.
   *
   * @throws IOException with the reason if it is damaged or of a newer format
   */
  static PredictManifest parse(String json) throws IOException {
    try {
      JsonNode tree = JSON.readTree(json);
      int format = tree.path("format").asInt();
      if (format > FORMAT) {
        throw new WrongInputException(
            "it has format %d, of a newer Millrace (this one reads up to %d)"
                .formatted(format, FORMAT));
      }
      if (!Sealed.open(tree)) {
        throw new WrongInputException("it is damaged or no manifest of predictions");
      }
      return JSON.treeToValue(tree, PredictManifest.class);
    } catch (JsonProcessingException e) {
      throw new WrongInputException("it is damaged: " + JsonReason.of(e), e);
    }
  }
}
