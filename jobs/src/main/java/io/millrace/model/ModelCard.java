package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.store.JsonReason;
import io.millrace.store.Redaction;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a model is, apart from its network and weights: the meaning of its outputs, what its input
 * is made of, and where it comes from. It travels inside {@code model.zip} and in checkpoints, as
 * JSON with the names here in snake case. It holds no clock times: equal runs have equal cards.
 *
 * @param format version of this format
 * @param run where the model comes from
 * @param classes class names in the order of the network's outputs
 * @param input what an image becomes before the network sees it
 * @param metrics how well these weights do; null before they are measured
 * @param versions of Millrace, its git revision, DL4J and ND4J, by name
 */
@JsonPropertyOrder({"format", "run", "classes", "input", "metrics", "versions"})
public record ModelCard(
    int format,
    Run run,
    List<String> classes,
    ModelInput input,
    Metrics metrics,
    Map<String, String> versions) {
  /** The version written by this code. */
  public static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /**
   * Where a model comes from.
   *
   * @param name name of the run
   * @param network the network in words
   * @param fingerprints of the run's config, plan, data set and network, by name
   */
  public record Run(String name, String network, Map<String, String> fingerprints) {
    /** Checks that all is there. */
    public Run {
      require(name != null && network != null, "run", name, "a name and a network");
      require(complete(fingerprints), "run.fingerprints", fingerprints, "texts by name");
      fingerprints = new TreeMap<>(fingerprints);
    }
  }

  /**
   * How well the weights do.
   *
   * @param epoch the epoch that ended with them, from 1; 0 for initial weights
   * @param trainLoss mean loss of that epoch on its training targets; null if unknown
   * @param split the split they were validated on; null if they were not
   * @param loss mean cross entropy there; null if they were not validated
   * @param top1 share of its examples whose class came first; null likewise
   * @param top5 share of its examples whose class was among the first min(5, K); null likewise
   */
  public record Metrics(
      int epoch, Double trainLoss, String split, Double loss, Double top1, Double top5) {
    /** Checks the shares. */
    public Metrics {
      require(epoch >= 0, "metrics.epoch", epoch, ">= 0");
      share("metrics.top1", top1);
      share("metrics.top5", top5);
    }

    private static void share(String name, Double value) {
      require(value == null || value >= 0 && value <= 1, name, value, "from 0 to 1");
    }
  }

  /** Checks what the reader of a foreign file cannot know. */
  public ModelCard {
    require(format == FORMAT, "format", format, Integer.toString(FORMAT));
    require(run != null, "run", run, "an object");
    require(input != null, "input", input, "an object");
    require(complete(versions), "versions", versions, "texts by name");
    require(classes != null && !classes.isEmpty(), "classes", classes, "names");
    Set<String> seen = new HashSet<>();
    for (String name : classes) {
      require(name != null && seen.add(name), "classes", name, "distinct names");
    }
    classes = List.copyOf(classes);
    versions = new TreeMap<>(versions);
  }

  /** A card of this format. */
  public static ModelCard of(
      Run run, List<String> classes, ModelInput input, Map<String, String> versions) {
    return new ModelCard(FORMAT, run, classes, input, null, versions);
  }

  /** The same model at another point of its training. */
  public ModelCard with(Metrics measured) {
    return new ModelCard(format, run, classes, input, measured, versions);
  }

  /** The card as JSON text. */
  public String toJson() {
    try {
      return Redaction.of(JSON.writeValueAsString(this)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a model's card: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads JSON text, which is not trusted.
   *
   * @throws IOException with the reason if it is damaged or of a newer format
   */
  public static ModelCard parse(byte[] json) throws IOException {
    try {
      JsonNode tree = JSON.readTree(json);
      if (!tree.isObject()) {
        throw new WrongInputException("it is damaged: it is no JSON object");
      }
      int format = tree.path("format").asInt();
      if (format > FORMAT) {
        throw new WrongInputException(
            "it has format %d, of Millrace %s (this one reads up to %d)"
                .formatted(format, tree.path("versions").path("millrace").asText("?"), FORMAT));
      }
      return JSON.treeToValue(tree, ModelCard.class);
    } catch (JsonProcessingException e) {
      throw new WrongInputException("it is damaged: " + JsonReason.of(e), e);
    }
  }

  private static boolean complete(Map<String, String> texts) {
    return texts != null && texts.values().stream().allMatch(Objects::nonNull);
  }

  static void require(boolean right, String key, Object value, String rule) {
    if (!right) {
      throw new IllegalArgumentException("Invalid %s: %s (must be %s)".formatted(key, value, rule));
    }
  }
}
