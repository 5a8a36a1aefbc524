package io.millrace.run;

import io.millrace.backend.BackendProbe;
import io.millrace.config.ConfigWriter;
import io.millrace.config.DecidingKeys;
import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.NamedMistake;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.MetricsStore;
import io.millrace.metrics.RunListener;
import io.millrace.metrics.RunManifest;
import io.millrace.recipe.Setbacks;
import io.millrace.report.ModelDescription;
import io.millrace.report.ReportData;
import io.millrace.report.ReportWriter;
import io.millrace.report.Thumbnails;
import io.millrace.sink.SinkRun;
import io.millrace.state.RunState;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSError;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run writes about itself into its folder, from its start on. Lives on the driver. */
final class RunOutput implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunOutput.class);
  private static final int PICTURES = 24;

  private final TrainingSetup setup;
  private final RunFolder folder;
  private final List<String> plan;
  private final MetricsStore metrics;
  private final ModelFiles models;
  private final Setbacks setbacks;
  private final RunDiagnostics diagnostics;
  private final int resumedAfter;
  private RunManifest manifest;
  private Optional<EvaluationReport> validated = Optional.empty();
  private Map<String, WeightVector> shadows = Map.of();
  private Map<String, EvaluationReport> shadowed = Map.of();
  private boolean trained;
  private ModelChoice model;

  /**
   * The output of a run.
   *
   * @param command the command line, for people
   * @param metrics lines of metrics.jsonl of the epochs that are done
   * @param setbacks what its roll-backs have left behind
   */
  RunOutput(
      List<TrainingSetup> stages,
      RunFolder folder,
      List<String> plan,
      String command,
      String metrics,
      Setbacks setbacks,
      RunDiagnostics diagnostics)
      throws IOException {
    this.diagnostics = diagnostics;
    this.setbacks = setbacks;
    this.setup = stages.get(0);
    this.folder = folder;
    this.plan = plan;
    this.metrics =
        metrics.isEmpty() ? new MetricsStore(folder) : MetricsStore.resume(folder, metrics);
    this.models = new ModelFiles(stages, folder, this.metrics);
    this.resumedAfter = this.metrics.epochs().size();
    this.manifest = manifest(command, setup);
    if (resumedAfter == 0) {
      folder.delete(RunFolder.REPORT); // of another run in this folder
    }
    folder.write(RunFolder.CONFIG, ConfigWriter.shown(setup.run()));
    folder.write(RunFolder.MANIFEST, manifest.toJson());
  }

  private static RunManifest manifest(String command, TrainingSetup setup) {
    RunConfig config = setup.run();
    Map<String, String> named = new TreeMap<>(setup.fingerprints().named());
    named.put("config", DecidingKeys.fingerprint(config));
    List<String> weights = new ArrayList<>(setup.taken());
    config.init().pretrained().ifPresent(file -> weights.add(0, file.path()));
    return RunManifest.now(
        command,
        config.seed(),
        setup.input().words(),
        weights,
        Map.of("backend", BackendProbe.here().backend()),
        named);
  }

  /** Keeps a validation for the report. */
  void validated(Optional<EvaluationReport> report) {
    validated = report;
  }

  /** Takes in an epoch, for its checkpoint and the report. */
  @Override
  public void epochEnded(EndedEpoch epoch) {
    manifest = manifest.computedBy(epoch.compute());
    metrics.add(epoch.metrics());
    validated = epoch.validated();
    trained = true;
  }

  /** Keeps the weights of shadows, and how well they do, for their models. */
  void shadows(Map<String, WeightVector> weights, Map<String, EvaluationReport> reports) {
    shadows = weights;
    shadowed = reports;
  }

  /** The run as its sinks see it. */
  SinkRun seen(boolean resumed) {
    RunConfig config = setup.run();
    return new SinkRun(
        config.name(),
        folder,
        resumed,
        ConfigWriter.flat(config),
        manifest,
        metrics.epochs(),
        new RunShown(setup, diagnostics::epochs));
  }

  /** The lines of metrics.jsonl. */
  String metrics() {
    return metrics.lines();
  }

  /**
   * Writes manifest and metrics down after each epoch; to hear of it behind its checkpoint. What
   * cannot be written then, such as on a full disk, is tried again after the next, and has to be
   * there at the end.
   */
  RunListener files() {
    return new RunListener() {
      @Override
      public void epochEnded(EndedEpoch epoch) {
        try {
          write();
        } catch (IOException | FSError e) {
          LOG.warn("{}; training goes on, and tries again after the next epoch", e.getMessage());
        }
      }

      @Override
      public void runEnded() throws IOException {
        write();
      }

      private void write() throws IOException {
        folder.write(RunFolder.MANIFEST, manifest.toJson());
        metrics.write();
      }
    };
  }

  /**
   * Writes model.zip and model.md; evaluations of another model before it go.
   *
   * @param trained the network that was trained
   */
  void model(ModelChoice choice, ComputationGraph trained) throws IOException {
    model = choice;
    var run =
        new ModelDescription.Run(
            setup.run().dataset().path(), setup.data().manifest(), plan, manifest, validated);
    models.write(choice.weights(), trained, run);
  }

  /** Writes the shadows of the last epoch, {@code model-ema.zip} and the like. */
  void shadowModels(RunState last, ComputationGraph trained) throws IOException {
    models.writeShadows(last, trained, shadows, shadowed);
  }

  /** Writes report.html of a run that is going on. */
  void reportSoFar() throws IOException {
    ReportWriter.write(folder, shown(true));
  }

  private ReportData shown(boolean goesOn) throws IOException {
    RunConfig config = setup.run();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new ReportData(
        config.name(),
        new ReportData.Job(manifest, now, resumedAfter, setbacks.words(), goesOn),
        new ReportData.Course(
            config.training().workers(),
            metrics.epochs(),
            config.training().epochs(),
            model == null ? 0 : model.weights().epoch()),
        diagnostics.shown(Optional.ofNullable(model).map(each -> each.weights().parameters())),
        validatedWithPictures(),
        setup.data().manifest(),
        Thumbnails.augmented(
            setup.data(), config.input(), config.augment(), config.seed(), PICTURES),
        new ReportData.Texts(String.join("\n", plan), ConfigWriter.shown(config)),
        model == null ? List.of() : EvaluationFile.of(folder));
  }

  /** Writes report.html. */
  TrainReport report() throws IOException {
    ReportWriter.write(folder, shown(false));
    return new TrainReport(
        folder.path(RunFolder.REPORT),
        metrics.epochs(),
        folder.path(RunFolder.MODEL),
        model == null ? "" : model.words(),
        validated,
        shadowed);
  }

  private ReportData.Validated validatedWithPictures() throws IOException {
    Split split = setup.config().evaluation().split();
    String name = split.name().toLowerCase(Locale.ROOT);
    if (validated.isEmpty()) {
      return ReportData.Validated.nothing(name);
    }
    EvaluationReport report = validated.get();
    return new ReportData.Validated(
        name,
        report.confusion(),
        report.calibration(),
        NamedMistake.of(setup.data(), setup.data().classes(), report),
        Thumbnails.mistakes(
            setup.data(),
            split,
            setup.config().input(),
            setup.config().evaluation().cropShare(),
            report.worst(),
            PICTURES));
  }

  /** Writes report.html before a run ends early, if an epoch ended since it began. */
  void reportBefore(Throwable end, Lease lease) {
    if (!trained) {
      return;
    }
    try {
      lease.check(); // a folder that is another's, or gone, stays as it is
      LOG.info("report so far  {}", report().report());
    } catch (IOException | RuntimeException e) {
      end.addSuppressed(e);
    }
  }
}
