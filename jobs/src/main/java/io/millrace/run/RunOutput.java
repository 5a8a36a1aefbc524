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
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.MetricsStore;
import io.millrace.metrics.RunListener;
import io.millrace.metrics.RunManifest;
import io.millrace.model.ModelCard;
import io.millrace.recipe.Setbacks;
import io.millrace.report.ModelDescription;
import io.millrace.report.ReportData;
import io.millrace.report.ReportWriter;
import io.millrace.report.Thumbnails;
import io.millrace.sink.SinkRun;
import io.millrace.state.RunState;
import io.millrace.store.Content;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FSError;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run writes about itself into its folder, from its start on. Lives on the driver. */
final class RunOutput implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunOutput.class);
  private static final int PICTURES = 24;
  private static final String SHADOW = "model-";
  private static final String ZIP = ".zip";

  private final List<TrainingSetup> stages;
  private final TrainingSetup setup;
  private final RunFolder folder;
  private final List<String> plan;
  private final MetricsStore metrics;
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
    this.stages = stages;
    this.setup = stages.get(0);
    this.folder = folder;
    this.plan = plan;
    this.metrics =
        metrics.isEmpty() ? new MetricsStore(folder) : MetricsStore.resume(folder, metrics);
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
   * Writes model.zip; evaluations of another one before it go.
   *
   * @param trained the network that was trained
   */
  void model(ModelChoice choice, ComputationGraph trained) throws IOException {
    model = choice;
    RunState weights = choice.weights();
    Content content = content(weights, trained, validated);
    if (!folder.holds(RunFolder.MODEL, content)) {
      EvaluationFile.discard(folder);
      folder.write(RunFolder.MODEL, content);
    }
    describe(card(weights, validated), content);
  }

  /** Writes model.md. */
  private void describe(ModelCard card, Content zip) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    zip.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    var run =
        new ModelDescription.Run(
            setup.run().dataset().path(), setup.data().manifest(), plan, manifest, validated);
    folder.write(
        RunFolder.DESCRIPTION,
        ModelDescription.of(card, HexFormat.of().formatHex(digest.digest()), Optional.of(run)));
  }

  /** Writes the shadows of the last epoch, {@code model-ema.zip} and the like. */
  void shadowModels(RunState last, ComputationGraph trained) throws IOException {
    for (String file : folder.list(".")) {
      boolean shadow = file.startsWith(SHADOW) && file.endsWith(ZIP);
      if (shadow && !shadows.containsKey(name(file))) {
        folder.delete(file); // of another run in this folder
      }
    }
    for (Map.Entry<String, WeightVector> each : shadows.entrySet()) {
      RunState shadow =
          new RunState(
              each.getValue(),
              WeightVector.zeros(last.state().length()),
              last.update(),
              last.epoch());
      Optional<EvaluationReport> report = Optional.ofNullable(shadowed.get(each.getKey()));
      folder.write(SHADOW + each.getKey() + ZIP, content(shadow, trained, report));
    }
  }

  /** A model.zip that says how well its weights do. */
  private Content content(
      RunState weights, ComputationGraph trained, Optional<EvaluationReport> report) {
    TrainingSetup stage = stages.get(StagedSetup.of(stages, weights.epoch()));
    double slower =
        weights.memory(Setbacks.NAME).map(memory -> Setbacks.of(memory).factor()).orElse(1.0);
    double rate = slower * stage.rateAt(Math.max(0, weights.update() - 1));
    return stage.network().zip(weights, trained, rate).with(card(weights, report))::writeTo;
  }

  private ModelCard card(RunState weights, Optional<EvaluationReport> report) {
    TrainingSetup stage = stages.get(StagedSetup.of(stages, weights.epoch()));
    return stage.card().with(measured(weights.epoch(), report));
  }

  private static String name(String file) {
    return file.substring(SHADOW.length(), file.length() - ZIP.length());
  }

  /** How well the weights of an epoch do, which were validated last, as far as it was measured. */
  private ModelCard.Metrics measured(int epoch, Optional<EvaluationReport> report) {
    String split = setup.config().evaluation().split().name().toLowerCase(Locale.ROOT);
    Optional<EpochMetrics> then =
        metrics.epochs().stream().filter(each -> each.epoch() == epoch).findFirst();
    Double trainLoss = then.map(EpochMetrics::trainLoss).filter(Double::isFinite).orElse(null);
    return report
        .map(
            now ->
                new ModelCard.Metrics(epoch, trainLoss, split, now.loss(), now.top1(), now.top5()))
        .orElse(new ModelCard.Metrics(epoch, trainLoss, null, null, null, null));
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
