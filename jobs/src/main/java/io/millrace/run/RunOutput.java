package io.millrace.run;

import io.millrace.checkpoint.ModelZip;
import io.millrace.config.OptimizerConfig;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.model.ParameterLayout;
import io.millrace.plan.TrainingPlan;
import io.millrace.recipe.NesterovsState;
import io.millrace.report.EpochMetrics;
import io.millrace.report.ReportData;
import io.millrace.report.ReportWriter;
import io.millrace.report.RunFolder;
import io.millrace.report.Thumbnail;
import io.millrace.report.Thumbnails;
import io.millrace.training.MasterWeights;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** What is left when training is over: the model and the report. Lives on the driver. */
final class RunOutput {
  private static final int PICTURES = 24;

  private final TrainingSetup setup;
  private final RunFolder folder;

  RunOutput(TrainingSetup setup, RunFolder folder) {
    this.setup = setup;
    this.folder = folder;
  }

  /**
   * Writes model.zip. Its updater holds the rate of the last update, at which DL4J's own {@code
   * fit} goes on as we would.
   */
  void model(MasterWeights weights) throws IOException {
    OptimizerConfig optimizer = setup.config().optimizer();
    double rate = setup.rate().schedule().rate(Math.max(0, weights.update() - 1));
    ComputationGraphConfiguration network = setup.network().clone();
    for (var vertex : network.getVertices().values()) {
      if (vertex instanceof LayerVertex layer
          && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(TrainingSetup.stockUpdater(optimizer, rate));
      }
    }
    float[] state =
        weights.state().length == 0
            ? weights.state()
            : NesterovsState.toDl4j(layout(network), weights.state(), rate);
    ModelZip zip =
        ModelZip.of(network, weights.parameters(), state, weights.update(), weights.epoch());
    folder.write(RunFolder.MODEL, zip::writeTo);
  }

  private static ParameterLayout layout(ComputationGraphConfiguration network) {
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    return ParameterLayout.of(net);
  }

  /** Writes report.html. */
  void report(
      List<EpochMetrics> epochs,
      Optional<EvaluationReport> validated,
      TrainingPlan plan,
      String config,
      String manifest)
      throws IOException {
    var split = setup.config().evaluation().split();
    List<Thumbnail> mistakes =
        validated.isEmpty()
            ? List.of()
            : Thumbnails.mistakes(
                setup.data(), split, setup.config(), validated.get().worst(), PICTURES);
    ReportWriter.write(
        folder,
        new ReportData(
            setup.config().name(),
            setup.config().training().workers(),
            epochs,
            split.name().toLowerCase(Locale.ROOT),
            validated.map(EvaluationReport::confusion).orElse(new long[0][]),
            setup.data().classes(),
            Thumbnails.augmented(setup.data(), setup.config(), PICTURES),
            mistakes,
            String.join("\n", plan.lines()),
            config,
            manifest));
  }
}
