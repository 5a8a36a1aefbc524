package io.millrace.diagnostics;

import io.millrace.settings.Names;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import io.millrace.wire.Measures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Makes figures and warnings of what was read, round after round and epoch after epoch. Lives on
 * the driver.
 */
public final class Diagnosis implements Remembered {
  private static final String READ = "read/";
  private static final String ROUND = "round/";
  private static final String UPDATES = "updates";

  private final List<Diagnostic> kinds;
  private final Layers layers;
  private final List<DiagnosedEpoch> epochs;
  private final Map<String, List<Double>> rounds = new LinkedHashMap<>();
  private final Map<String, Warning> ofRounds = new LinkedHashMap<>();
  private Measures read = new Measures();
  private long updates;

  /**
   * A diagnosis that goes on.
   *
   * @param before the epochs that are done
   */
  public Diagnosis(List<Diagnostic> kinds, Layers layers, List<DiagnosedEpoch> before) {
    this.kinds = List.copyOf(kinds);
    this.layers = layers;
    this.epochs = new ArrayList<>(before);
  }

  /**
   * Takes a round in.
   *
   * @param measures of the round, with the readings if it was measured
   * @return what the round calls for, of each kind once in an epoch
   */
  public List<Warning> roundEnded(Measures measures) {
    Measures readings = Readings.among(measures);
    if (readings.names().isEmpty()) {
      return List.of();
    }
    updates++;
    read.add(readings);
    List<Warning> news = new ArrayList<>();
    for (Diagnostic kind : kinds) {
      OptionalDouble figure = kind.ofRound(List.copyOf(Readings.means(kind, readings).values()));
      if (figure.isPresent()) {
        rounds.computeIfAbsent(name(kind), any -> new ArrayList<>()).add(figure.getAsDouble());
        for (Warning each : kind.warnings(roundsOf(kind))) {
          if (!ofRounds.containsKey(each.kind())) {
            news.add(each);
          }
          ofRounds.merge(each.kind(), each, Warning::worse);
        }
      }
    }
    return news;
  }

  private List<Double> roundsOf(Diagnostic kind) {
    String name = name(kind);
    return Stream.concat(
            epochs.stream().flatMap(each -> each.rounds().getOrDefault(name, List.of()).stream()),
            rounds.get(name).stream())
        .toList();
  }

  /**
   * Ends an epoch.
   *
   * @param epoch from 1
   * @param look at activations, if there was one
   * @param images that it was of
   * @param seconds that measuring took, the look included
   * @param trainingSeconds of the epoch
   */
  public DiagnosedEpoch epochEnded(
      int epoch, Optional<Look> look, long images, double seconds, double trainingSeconds) {
    look.ifPresent(there -> kinds.forEach(each -> each.look(there, new Readings(each, read))));
    Map<String, Map<String, Map<String, Double>>> figures = new LinkedHashMap<>();
    List<Warning> warnings = new ArrayList<>(ofRounds.values());
    for (Diagnostic kind : kinds) {
      Map<String, Map<String, Double>> found = new LinkedHashMap<>();
      Readings.means(kind, read)
          .forEach((layer, means) -> found.put(layer, finite(kind.figures(means))));
      if (!found.isEmpty()) {
        figures.put(name(kind), found);
        warnings.addAll(kind.warnings(course(kind, found)));
      }
    }
    DiagnosedEpoch ended =
        new DiagnosedEpoch(
            epoch,
            updates,
            look.isPresent() ? images : 0,
            seconds,
            seconds / trainingSeconds,
            figures,
            new HashMap<>(rounds),
            warnings);
    epochs.add(ended);
    read = new Measures();
    rounds.clear();
    ofRounds.clear();
    updates = 0;
    return ended;
  }

  @Override
  public String name() {
    return "diagnosis";
  }

  /** What the rounds of a half-done epoch have shown; epochs that are done have their own file. */
  @Override
  public Memory save() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(UPDATES, (double) updates);
    int order = 0;
    for (String name : read.names()) {
      String key = "%s%06d/".formatted(READ, order++);
      figures.put(key + "sum/" + name, read.sum(name));
      figures.put(key + "weight/" + name, read.weight(name));
    }
    rounds.forEach(
        (kind, values) -> {
          for (int i = 0; i < values.size(); i++) {
            figures.put("%s%s/%06d".formatted(ROUND, kind, i), values.get(i));
          }
        });
    return Memory.of(figures);
  }

  @Override
  public void restore(Memory memory) {
    updates = (long) memory.figure(UPDATES);
    read = new Measures();
    rounds.clear();
    ofRounds.clear();
    memory
        .figures()
        .forEach(
            (key, value) -> {
              String[] parts = key.split("/", 4);
              if (key.startsWith(READ)) {
                boolean sum = parts[2].equals("sum");
                read.add(parts[3], sum ? value : 0, sum ? 0 : value);
              } else if (key.startsWith(ROUND)) {
                rounds.computeIfAbsent(parts[1], any -> new ArrayList<>()).add(value);
              }
            });
    for (Diagnostic kind : kinds) {
      warnAgain(kind);
    }
  }

  /** The warnings that the rounds of a kind called for one after the other. */
  private void warnAgain(Diagnostic kind) {
    List<Double> seen = rounds.getOrDefault(name(kind), List.of());
    int before = seen.isEmpty() ? 0 : roundsOf(kind).size() - seen.size();
    for (int i = 1; i <= seen.size(); i++) {
      for (Warning each : kind.warnings(roundsOf(kind).subList(0, before + i))) {
        ofRounds.merge(each.kind(), each, Warning::worse);
      }
    }
  }

  private static Map<String, Double> finite(Map<String, Double> figures) {
    Map<String, Double> finite = new LinkedHashMap<>(figures);
    finite.replaceAll((name, value) -> Double.isFinite(value) ? value : null);
    return finite;
  }

  private Course course(Diagnostic kind, Map<String, Map<String, Double>> now) {
    List<Map<String, Map<String, Double>>> all =
        new ArrayList<>(epochs.stream().map(each -> each.of(name(kind))).toList());
    all.add(now);
    return new Course(layers, all);
  }

  /** All epochs, oldest first. */
  public List<DiagnosedEpoch> epochs() {
    return List.copyOf(epochs);
  }

  private static String name(Diagnostic kind) {
    return Names.of(kind.getClass());
  }
}
