package io.millrace.run;

import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.MetricsStore;
import io.millrace.model.ModelCard;
import io.millrace.recipe.Setbacks;
import io.millrace.report.ModelDescription;
import io.millrace.state.RunState;
import io.millrace.store.Content;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The models that a run leaves in its folder: {@code model.zip} with its description, and those of
 * shadows. Lives on the driver.
 */
final class ModelFiles {
  private static final String SHADOW = "model-";
  private static final String ZIP = ".zip";

  private final List<TrainingSetup> stages;
  private final RunFolder folder;
  private final MetricsStore metrics;

  ModelFiles(List<TrainingSetup> stages, RunFolder folder, MetricsStore metrics) {
    this.stages = stages;
    this.folder = folder;
    this.metrics = metrics;
  }

  /**
   * Writes model.zip and model.md; evaluations of another model before it go.
   *
   * @param trained the network that was trained
   * @param run what its description says of the run
   */
  void write(RunState weights, ComputationGraph trained, ModelDescription.Run run)
      throws IOException {
    Content content = content(weights, trained, run.report());
    if (!folder.holds(RunFolder.MODEL, content)) {
      EvaluationFile.discard(folder);
      folder.write(RunFolder.MODEL, content);
    }
    describe(card(weights, run.report()), content, run);
  }

  private void describe(ModelCard card, Content zip, ModelDescription.Run run) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    zip.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    folder.write(
        RunFolder.DESCRIPTION,
        ModelDescription.of(card, HexFormat.of().formatHex(digest.digest()), Optional.of(run)));
  }

  /**
   * Writes the shadows of the last epoch, {@code model-ema.zip} and the like.
   *
   * @param shadows their weights by name
   * @param reports how well they do, where it was measured
   */
  void writeShadows(
      RunState last,
      ComputationGraph trained,
      Map<String, WeightVector> shadows,
      Map<String, EvaluationReport> reports)
      throws IOException {
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
      Optional<EvaluationReport> report = Optional.ofNullable(reports.get(each.getKey()));
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
    String split = stages.get(0).config().evaluation().split().name().toLowerCase(Locale.ROOT);
    Optional<EpochMetrics> then =
        metrics.epochs().stream().filter(each -> each.epoch() == epoch).findFirst();
    Double trainLoss = then.map(EpochMetrics::trainLoss).filter(Double::isFinite).orElse(null);
    return report
        .map(
            now ->
                new ModelCard.Metrics(epoch, trainLoss, split, now.loss(), now.top1(), now.top5()))
        .orElse(new ModelCard.Metrics(epoch, trainLoss, null, null, null, null));
  }
}
