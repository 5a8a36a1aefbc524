package io.millrace.series;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.DecidingKeys;
import io.millrace.config.RunConfig;
import io.millrace.formats.ModelZip;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.MetricsStore;
import io.millrace.metrics.RunManifest;
import io.millrace.recipe.EarlyStopping;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * How a run of a series stands, as its folder says.
 *
 * @param state in a word
 * @param epochs what is known of the epochs that are done
 * @param words what differs, or why it failed; empty for neither
 */
record Standing(State state, List<EpochMetrics> epochs, String words) {
  /** In a word. */
  enum State {
    /** Nothing is there. */
    NEW("to run"),
    /** It has begun, and can go on. */
    BEGUN("to go on"),
    /** All its epochs are there, and its model. */
    DONE("done"),
    /** It came to a loss or weight that is not finite, and would again. */
    DIVERGED("diverged"),
    /** It failed, and is tried again. */
    FAILED("failed"),
    /** Another run lies there. */
    CHANGED("changed");

    private final String words;

    State(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** Nothing is there. */
  static final Standing NOTHING = new Standing(State.NEW, List.of(), "");

  /**
   * Looks.
   *
   * @param prints what the run belongs to; without a teacher where that is not made yet
   * @throws IOException if the folder cannot be read
   */
  static Standing of(RunConfig config, Fingerprints prints, Configuration hadoop)
      throws IOException {
    RunFolder folder = RunFolder.existing(hadoop, new Path(config.output(), config.name()));
    Optional<String> metrics = folder.text(RunFolder.METRICS);
    Optional<String> there = folder.text(RunFolder.CONFIG);
    List<EpochMetrics> epochs = MetricsStore.whole(metrics.orElse(""));
    if (there.isEmpty()) {
      boolean empty =
          metrics.isEmpty()
              && folder.size(RunFolder.MODEL) < 0
              && folder.list(RunFolder.CHECKPOINTS).isEmpty();
      return empty
          ? Failure.in(folder).map(why -> why.standing(epochs)).orElse(NOTHING)
          : new Standing(State.CHANGED, epochs, "no config.yaml");
    }
    Optional<JsonNode> manifest = RunManifest.in(folder);
    List<String> differences = differences(there.get(), config);
    differences.addAll(differences(manifest, prints));
    if (!differences.isEmpty()) {
      return new Standing(State.CHANGED, epochs, String.join("; ", differences));
    }
    boolean whole =
        manifest.isPresent()
            && isTrained(config, epochs)
            && hasModel(folder, hadoop)
            && folder.size(RunFolder.REPORT) >= 0;
    if (whole) {
      return new Standing(State.DONE, epochs, "");
    }
    return Failure.in(folder)
        .map(why -> why.standing(epochs))
        .orElse(new Standing(State.BEGUN, epochs, ""));
  }

  /** Whether there is something left to train. */
  boolean isLeft() {
    return state != State.DONE && state != State.DIVERGED;
  }

  /** Whether it ended by itself before its last epoch. */
  boolean endedEarly() {
    return state == State.DIVERGED || state == State.FAILED;
  }

  /** Whether a run's model is there, and not cut; its checkpoint writes it anew. */
  static boolean hasModel(RunFolder run, Configuration hadoop) throws IOException {
    if (run.size(RunFolder.MODEL) < 0) {
      return false;
    }
    try {
      ModelZip.card(hadoop, run.path(RunFolder.MODEL));
      return true;
    } catch (WrongInputException e) {
      return false;
    }
  }

  /** Whether these are all epochs of a run, or as many as early stopping lets it have. */
  private static boolean isTrained(RunConfig config, List<EpochMetrics> epochs) {
    EarlyStopping.Watch early = config.earlyStopping().watch();
    epochs.forEach(epoch -> early.epochEnded(epoch.steering()));
    return epochs.size() >= config.training().epochs() || early.isOver();
  }

  /** Keys that decide the weights, or how many epochs of them there are and what is measured. */
  private static Map<String, String> keys(RunConfig config) {
    Map<String, String> keys = new TreeMap<>(DecidingKeys.of(config));
    var evaluation = config.evaluation();
    keys.put("evaluation.split", word(evaluation.split()));
    keys.put("evaluation.cropShare", String.valueOf(evaluation.cropShare()));
    keys.put("evaluation.keep", word(evaluation.keep()));
    keys.put("evaluation.metric", word(evaluation.metric()));
    ConfigWriter.flat(config)
        .forEach(
            (key, value) -> {
              if (key.startsWith("earlyStopping.") || key.startsWith("divergence.")) {
                keys.put(key, value);
              }
            });
    return keys;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> differences(String yaml, RunConfig config) {
    List<String> differences = new ArrayList<>();
    Map<String, String> now = keys(config);
    Map<String, String> then;
    try {
      then = keys(ConfigReader.resolved(yaml));
    } catch (IllegalArgumentException e) {
      differences.add(
          "the config of another version of Millrace, "
              + e.getMessage().lines().findFirst().orElse(""));
      return differences;
    }
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    for (String key : names) {
      String was = then.getOrDefault(key, "unset");
      String is = now.getOrDefault(key, "unset");
      if (!was.equals(is)) {
        differences.add("%s = %s (now %s)".formatted(key, was, is));
      }
    }
    return differences;
  }

  private static List<String> differences(Optional<JsonNode> manifest, Fingerprints now) {
    List<String> differences = new ArrayList<>();
    if (manifest.isEmpty()) {
      return differences; // it came to a stop before there was one; its checkpoints have their own
    }
    var then = manifest.get().path("fingerprints");
    if (!then.path("data").asText().equals(now.data())) {
      differences.add("another prepared data set");
    }
    if (now.teacher() != null
        && !Objects.equals(then.path("teacher").asText(null), now.teacher())) {
      differences.add("another teacher");
    }
    return differences;
  }
}
