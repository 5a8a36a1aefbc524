package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.Diagnosis;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.DiagnosticsConfig;
import io.millrace.diagnostics.Layers;
import io.millrace.diagnostics.Look;
import io.millrace.diagnostics.Sampling;
import io.millrace.diagnostics.Warning;
import io.millrace.evaluate.ActivationMaps;
import io.millrace.evaluate.ActivationSample;
import io.millrace.metrics.DiagnosticsStore;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.report.Diagnosed;
import io.millrace.report.FilterPictures;
import io.millrace.report.MapPictures;
import io.millrace.report.Thumbnail;
import io.millrace.settings.Counts;
import io.millrace.state.Remembered;
import io.millrace.state.RunState;
import io.millrace.store.RunFolder;
import io.millrace.training.RoundReport;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Diagnoses a run as it goes: hears of its rounds, looks at activations after its epochs, keeps
 * what was found and says what a person should hear. Lives on the driver.
 */
final class RunDiagnostics implements RunListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunDiagnostics.class);
  private static final int MAPS = 3;

  private final TrainingSetup setup;
  private final DiagnosticsStore store;
  private final List<Diagnostic> kinds;
  private final ParameterLayout layout;
  private final Layers layers;
  private final Diagnosis diagnosis;
  private final Optional<ActivationSample> sample;
  private final Set<String> said = new HashSet<>();
  private List<Warning> news = List.of();

  /**
   * The diagnostics of a run.
   *
   * @param stages of the run, one at least
   * @param network what is trained
   * @param before lines of diagnostics.jsonl of the epochs that are done
   * @param start what the run goes on from
   */
  RunDiagnostics(
      JavaSparkContext spark,
      List<TrainingSetup> stages,
      ComputationGraph network,
      RunFolder folder,
      String before,
      Optional<RunState> start)
      throws IOException {
    this.setup = stages.get(0);
    this.store = new DiagnosticsStore(folder, before);
    this.kinds = setup.config().diagnosed();
    this.layout = ParameterLayout.of(network);
    this.layers =
        Layers.of(
            setup.network().configuration(),
            layout,
            slot -> stages.stream().anyMatch(each -> trains(each, slot)));
    this.diagnosis = new Diagnosis(kinds, layers, DiagnosticsStore.epochs(before));
    start.flatMap(state -> state.memory(diagnosis.name())).ifPresent(diagnosis::restore);
    this.sample =
        kinds.isEmpty()
            ? Optional.empty()
            : Optional.of(
                ActivationSample.of(
                    spark,
                    setup.evaluation(),
                    setup.data(),
                    split(setup),
                    setup.evaluated(),
                    images(setup)));
  }

  private boolean trains(TrainingSetup stage, ParameterSlot slot) {
    return stage.recipe().rule(layout).trains(slot);
  }

  /** As many as the config says, or as the share of all images of a run that is short. */
  private static int images(TrainingSetup setup) {
    DiagnosticsConfig config = setup.config().diagnostics();
    double trained = (double) setup.shape().rows() * setup.run().training().epochs();
    return (int) Math.max(1, Math.min(config.images(), config.share() * trained));
  }

  /** Which updates are measured. */
  static Sampling sampling(TrainingSetup setup) {
    return new Sampling(
        setup.config().diagnosed(), setup.config().diagnostics().share(), setup.shape().updates());
  }

  private static Split split(TrainingSetup setup) {
    Split validated = setup.config().evaluation().split();
    return setup.data().rows(validated) > 0 ? validated : Split.TRAIN;
  }

  @Override
  public void roundEnded(RoundReport round) {
    for (Warning each : diagnosis.roundEnded(round.measures())) {
      if (said.add(each.kind())) {
        LOG.warn("update {}: {}", round.firstUpdate(), each.words());
      }
    }
  }

  @Override
  public void epochEnded(EndedEpoch ended) {
    if (sample.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    int epoch = ended.metrics().epoch();
    Optional<Look> look =
        isLookedAt(epoch)
            ? sample.map(each -> each.look(ended.state().parameters(), ended.state().update()))
            : Optional.empty();
    double seconds = (System.nanoTime() - start) / 1e9 + measuringSeconds(ended);
    DiagnosedEpoch found =
        diagnosis.epochEnded(
            epoch, look, sample.get().images(), seconds, ended.metrics().wallSeconds());
    store.add(found);
    news = found.warnings();
  }

  /**
   * Whether activations are looked at after an epoch, counted from 1: whenever another sample fits
   * into the share of the images that were trained, and after the last.
   */
  private boolean isLookedAt(int epoch) {
    double share = setup.config().diagnostics().share();
    double samples = share * setup.shape().rows() / sample.orElseThrow().images();
    return epoch == setup.run().training().epochs()
        || Math.floor(epoch * samples) > Math.floor((epoch - 1) * samples);
  }

  private double measuringSeconds(EndedEpoch ended) {
    double sum = ended.metrics().figure("seconds.diagnostics");
    boolean onDriver = setup.config().averaging().exchange().updatesOnDriver();
    return Double.isNaN(sum) ? 0 : sum / (onDriver ? 1 : setup.config().training().workers());
  }

  /** Who remembers what the rounds of a half-done epoch have shown; nobody without diagnostics. */
  List<Remembered> remembered() {
    return sample.isEmpty() ? List.of() : List.of(diagnosis);
  }

  /** What was found in all epochs; nothing without diagnostics. */
  List<DiagnosedEpoch> epochs() {
    return sample.isEmpty() ? List.of() : diagnosis.epochs();
  }

  /** The lines of diagnostics.jsonl. */
  String lines() {
    return store.lines();
  }

  /**
   * What the report shows.
   *
   * @param weights whose filters and maps are shown; none while there is no model
   */
  Diagnosed shown(Optional<WeightVector> weights) throws IOException {
    if (sample.isEmpty()) {
      return Diagnosed.NOTHING;
    }
    List<Thumbnail> filters = List.of();
    List<List<Thumbnail>> maps = List.of();
    if (weights.isPresent()) {
      RunConfig config = setup.config();
      filters = FilterPictures.of(setup.network().configuration(), layout, weights.get());
      maps =
          MapPictures.of(
              ActivationMaps.of(
                  setup.data(),
                  split(setup),
                  setup.evaluated(),
                  weights.get(),
                  config.training().fastPath(),
                  MAPS),
              setup.data(),
              config.input(),
              config.evaluation().cropShare());
    }
    return new Diagnosed(
        kinds, layers.weights(), measured(), looked(), diagnosis.epochs(), filters, maps);
  }

  private String measured() {
    return setup.config().averaging().exchange().updatesOnDriver()
        ? "Gradients and updates are those of the global batch"
        : "Gradients and updates are those of each worker's minibatch, over the workers the root of"
            + " the mean square";
  }

  private String looked() {
    return "Activations are those of %s of %s, in inference mode."
        .formatted(
            Counts.of(sample.orElseThrow().images(), "image"),
            split(setup).name().toLowerCase(Locale.ROOT));
  }

  /**
   * Writes what was found down and says it; to hear of an epoch behind its line on the terminal.
   */
  RunListener words() {
    return new RunListener() {
      @Override
      public void epochEnded(EndedEpoch epoch) throws IOException {
        store.write();
        List<String> kinds = new ArrayList<>();
        for (Warning each : news) {
          kinds.add(each.kind());
          if (said.add(each.kind())) {
            LOG.warn("epoch {}: {}", epoch.metrics().epoch(), each.words());
          }
        }
        said.retainAll(kinds); // what comes again is said again
      }
    };
  }

  @Override
  public void close() {
    sample.ifPresent(ActivationSample::close);
  }
}
