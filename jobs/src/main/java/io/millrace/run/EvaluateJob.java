package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Answers;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.evaluate.EvaluatedSplit;
import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.evaluate.ModelTrial;
import io.millrace.formats.ModelZip;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.settings.Counts;
import io.millrace.store.FileVersion;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Evaluates a {@code model.zip} on a split of a prepared data set, by the model's own classes and
 * normalisation. Runs on the driver.
 */
public final class EvaluateJob {
  private EvaluateJob() {}

  /**
   * Evaluates.
   *
   * @param modelPath Hadoop path of the model
   * @param asked the split; the config's unless given, or the one that there is
   * @param watcher is told what is evaluated, and how far it has come
   * @throws IOException in one line if the model or the data cannot be read
   * @throws IllegalArgumentException if the model does not fit the data set
   */
  public static Evaluated run(
      SparkSession spark,
      RunConfig config,
      String modelPath,
      Optional<Split> asked,
      EvaluationWatcher watcher)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    PreparedDataset dataset = open(config.dataset().path(), hadoop);
    FileVersion version = version(hadoop, modelPath);
    ModelZip zip = ModelZip.read(hadoop, modelPath);
    Split split = asked.orElseGet(() -> split(dataset, config.evaluation().split()));
    EvaluatedModel model = new SavedModel(modelPath, zip).evaluated(config, dataset);
    Optional<String> outputs = ModelTrial.run(modelPath, model, zip.parameters());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Evaluation.How how = TrainingSetup.evaluation(config).folding();
    Holder me = Holder.here("evaluate", context.sc().applicationId());
    try (Lease reading = Lease.share(hadoop, dataset.root(), me, dataset.manifest().folders());
        Evaluation evaluation =
            Evaluation.of(context, how, new EvaluatedSplit(dataset, split, model))) {
      dataset.check(); // what was replaced before word was left
      EvaluationWords.of(config, modelPath, zip, dataset, split, model).forEach(watcher::line);
      folded(how, model).ifPresent(words -> watcher.line("%-14s %s".formatted("folded", words)));
      outputs.ifPresent(words -> watcher.line("%-14s %s".formatted("outputs", words)));
      watcher.started(dataset.rows(split));
      var scored = evaluation.run(zip.parameters(), watcher::scored);
      return new Evaluated(
          modelPath,
          version,
          zip.card(),
          model.classes(),
          dataset,
          scored.report(),
          scored.answers());
    }
  }

  /**
   * Which examples of a split a model has right; the split may have classes that it does not know.
   *
   * @param modelPath Hadoop path of the model
   * @throws IOException in one line if the model or the data cannot be read
   */
  public static Answers answers(
      SparkSession spark,
      RunConfig config,
      String modelPath,
      Split split,
      EvaluationWatcher watcher)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    PreparedDataset dataset = open(config.dataset().path(), hadoop);
    ModelZip zip = ModelZip.read(hadoop, modelPath);
    EvaluatedModel model = new SavedModel(modelPath, zip).evaluated(config, dataset);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Evaluation.How how = TrainingSetup.evaluation(config).folding();
    Holder me = Holder.here("evaluate", context.sc().applicationId());
    try (Lease reading = Lease.share(hadoop, dataset.root(), me, dataset.manifest().folders());
        Evaluation evaluation =
            Evaluation.answering(context, how, new EvaluatedSplit(dataset, split, model))) {
      dataset.check();
      watcher.started(dataset.rows(split));
      return evaluation.answers(zip.parameters(), watcher::scored);
    }
  }

  /** What becomes of batch norms, in words. */
  private static Optional<String> folded(Evaluation.How how, EvaluatedModel model) {
    FoldedNorms norms = FoldedNorms.of(model.network());
    return how.folds() && norms.folded() > 0
        ? Optional.of(
            "%d of %s into the layers before them; probabilities differ by rounding"
                .formatted(norms.folded(), Counts.of(norms.norms(), "batch norm")))
        : Optional.empty();
  }

  /** What is wrong with a file that cannot be looked at is said when it is read. */
  private static FileVersion version(Configuration hadoop, String model) throws IOException {
    try {
      return FileVersion.of(hadoop, new Path(model));
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private static PreparedDataset open(String path, Configuration hadoop) throws IOException {
    if (path == null) {
      throw new IllegalArgumentException(
          "Invalid dataset.path: null (must be the path of a prepared data set)");
    }
    return PreparedDataset.open(path, hadoop);
  }

  /** The config's split if the set has it, else test, else the only one that there is. */
  private static Split split(PreparedDataset dataset, Split configured) {
    return Stream.of(configured, Split.TEST, Split.VALIDATION, Split.TRAIN)
        .filter(each -> dataset.rows(each) > 0)
        .findFirst()
        .orElse(configured);
  }
}
