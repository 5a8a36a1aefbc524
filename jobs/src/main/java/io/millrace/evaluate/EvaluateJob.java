package io.millrace.evaluate;

import io.millrace.checkpoint.ModelZip;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.model.Architectures;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Evaluates a {@code model.zip} on a split of a prepared data set. Runs on the driver. */
public final class EvaluateJob {
  private EvaluateJob() {}

  /**
   * Evaluates.
   *
   * @param modelPath Hadoop path of the model
   * @throws IOException in one line if the model or the data cannot be read
   * @throws IllegalArgumentException if the model does not fit the data set
   */
  public static EvaluationReport run(
      SparkSession spark, RunConfig config, String modelPath, Split split) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    PreparedDataset dataset = PreparedDataset.open(config.dataset().path(), hadoop);
    ModelZip model = ModelZip.read(hadoop, modelPath);
    ComputationGraphConfiguration network = Architectures.fromJson(model.configuration());
    try (Evaluation evaluation =
        Evaluation.of(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            config,
            dataset,
            split,
            network)) {
      return evaluation.run(model.parameters());
    }
  }
}
