package io.millrace.diagnostics;

import io.millrace.settings.Names;
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
public final class Diagnosis {
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
          if (ofRounds.putIfAbsent(each.kind(), each) == null) {
            news.add(each);
          }
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
