package io.millrace.checkpoint;

import io.millrace.state.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Finds the checkpoint that a run goes on from, and refuses one that belongs to something else: the
 * outcome would be neither run's. Runs on the driver.
 */
public final class Resume {
  private static final String METRIC = "evaluation.metric";
  private static final Logger LOG = LoggerFactory.getLogger(Resume.class);

  private Resume() {}

  /**
   * The checkpoint to go on from; none means to start anew.
   *
   * @param resume {@code auto} for the newest of the run if there is one, else the path of one
   * @param fingerprints of the plan, data and model of this run
   * @param config the resolved config of this run as YAML
   * @param guard says what of a config decides, and what of that may differ
   * @param updatesAfter updates that are done after so many epochs by this run's plan
   * @throws IllegalArgumentException with the list of differences if something else changed
   * @throws IllegalStateException if there are checkpoints and none is whole
   */
  public static Optional<Checkpoint> from(
      String resume,
      CheckpointStore store,
      Configuration hadoop,
      Fingerprints fingerprints,
      String config,
      Guard guard,
      IntToLongFunction updatesAfter)
      throws IOException {
    boolean auto = resume.equals("auto");
    Optional<Checkpoint> found =
        auto ? store.latest() : Optional.of(CheckpointStore.read(hadoop, resume));
    if (found.isPresent()) {
      Position at = found.get().state().position();
      List<String> differences =
          differences(found.get(), guard.now(found.get(), fingerprints), config, guard);
      if (!differences.isEmpty()) {
        throw new IllegalArgumentException(
            ("Cannot resume from %s: it was trained with %s (set that back, or train anew:"
                    + " --set name=..., --overwrite)")
                .formatted(at.words(), String.join("; ", differences)));
      }
      check(at, updatesAfter.applyAsLong(at.epoch()));
      LOG.info(
          "resumed from {} (update {}, {})",
          at.words(),
          at.update(),
          auto ? store.path(at) : resume);
      return Optional.of(
          guard
              .carry(found.get())
              .withBest(best(found.get(), store, auto ? null : resume, hadoop, config)));
    }
    if (auto) {
      LOG.info("no checkpoint in {}: training starts from the beginning", store);
    }
    return found;
  }

  private static void check(Position at, long updates) {
    if (at.epochStart() != updates) {
      throw new IllegalStateException(
          "Cannot resume from %s: its checkpoint is of update %d (must be %d by the plan)"
              .formatted(at.words(), at.update(), updates + at.roundUpdates()));
    }
  }

  /**
   * The best epoch so far, if it can be compared with those to come, and its checkpoint is here.
   */
  private static Best best(
      Checkpoint found, CheckpointStore store, String path, Configuration hadoop, String config)
      throws IOException {
    Best best = found.best();
    if (best == null) {
      return null;
    }
    Map<String, String> then = keys(found.config());
    Map<String, String> now = keys(config);
    then.put(METRIC, best.metric().key().replace('_', '-')); // also of before there was that key
    now.putIfAbsent(METRIC, then.get(METRIC));
    for (String key : List.of("evaluation.split", "evaluation.cropShare", METRIC)) {
      if (!Objects.equals(then.get(key), now.get(key))) {
        LOG.warn(
            "{} was {} (now {}): the best epoch is looked for among those to come",
            key,
            then.get(key),
            now.get(key));
        return null;
      }
    }
    if (!store.holds(best) && (path == null || !store.bring(best, hadoop, path))) {
      LOG.warn(
          "the best epoch so far, {}, has no whole checkpoint: the best is looked for among those"
              + " to come",
          best.epoch());
      return null;
    }
    return best;
  }

  static List<String> differences(Checkpoint then, Fingerprints now, String config, Guard guard) {
    List<String> differences = new ArrayList<>();
    Map<String, String> old = decidingOf(then, guard);
    Map<String, String> current = guard.deciding(config);
    boolean sameKeys = old.equals(current);
    Map<String, List<String>> asking = new TreeMap<>(Map.of("", new ArrayList<>()));
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(current.keySet());
    if (others(stages(old), stages(current))) {
      names.removeIf(key -> key.startsWith("stages."));
      differences.add("stages = %s (now %s)".formatted(words(stages(old)), words(stages(current))));
    }
    for (String key : names) {
      String was = old.getOrDefault(key, "unset");
      String is = current.getOrDefault(key, "unset");
      if (!was.equals(is)) {
        String difference = key + " = " + was + " (now " + is + ")";
        Guard.Verdict verdict = guard.about(key, then);
        if (verdict.allowed()) {
          LOG.info("{}: {}", difference, verdict.words());
        } else {
          asking.computeIfAbsent(asking(verdict), any -> new ArrayList<>()).add(difference);
        }
      }
    }
    differences.addAll(asking.remove(""));
    asking.forEach((what, keys) -> differences.add(String.join(", ", keys) + what));
    if (!then.fingerprints().data().equals(now.data())) {
      differences.add("another prepared data set");
    }
    if (!Objects.equals(then.fingerprints().teacher(), now.teacher())) {
      differences.add(
          then.fingerprints().teacher() == null
              ? "no teacher"
              : now.teacher() == null ? "a teacher" : "another teacher");
    }
    // A key explains another network, which holds its initial rate too.
    if (sameKeys && !then.fingerprints().model().equals(now.model())) {
      differences.add("another network");
    }
    if (sameKeys && differences.isEmpty() && !then.fingerprints().plan().equals(now.plan())) {
      differences.add("another plan, by another version of Millrace");
    }
    return differences;
  }

  /** Whether stages came, went or changed places: then none is held against the right one. */
  private static boolean others(List<String> then, List<String> now) {
    return then.size() != now.size()
        || !then.equals(now) && Set.copyOf(then).equals(Set.copyOf(now));
  }

  private static List<String> stages(Map<String, String> deciding) {
    return IntStream.iterate(0, i -> deciding.containsKey(stageName(i)), i -> i + 1)
        .mapToObj(i -> deciding.get(stageName(i)))
        .toList();
  }

  private static String stageName(int index) {
    return "stages.%d.name".formatted(index);
  }

  private static String words(List<String> stages) {
    return stages.isEmpty() ? "none" : String.join(", ", stages);
  }

  private static String asking(Guard.Verdict verdict) {
    return verdict.wanted().isEmpty()
        ? ""
        : ", which changes %s: --accept %s goes on with that"
            .formatted(verdict.words(), String.join(",", verdict.wanted()));
  }

  private static Map<String, String> decidingOf(Checkpoint then, Guard guard) {
    try {
      return guard.deciding(then.config());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ("Cannot resume from %s: its config is that of another version of Millrace: %s"
                  + " (resume with that version, or train anew: --set name=..., --overwrite)")
              .formatted(
                  then.state().position().words(), e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  /** The values of a config by dotted key; a list is one value. */
  private static Map<String, String> keys(String yaml) {
    Map<String, String> keys = new TreeMap<>();
    collect("", new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml), keys);
    return keys;
  }

  private static void collect(String prefix, Object value, Map<String, String> keys) {
    if (value instanceof Map<?, ?> map) {
      String dot = prefix.isEmpty() ? "" : prefix + ".";
      map.forEach((key, inner) -> collect(dot + key, inner, keys));
    } else {
      keys.put(prefix, String.valueOf(value));
    }
  }
}
