package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Answers;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.line.Comparison;
import io.millrace.line.Night;
import io.millrace.line.Paired;
import io.millrace.line.PairedBootstrap;
import io.millrace.report.ReportWriter;
import io.millrace.run.EvaluateJob;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A challenger and the model in its way, on the same held-out images. Lives on the driver.
 *
 * @param challenger path of its model
 * @param rival path of the other's; null where there is none
 */
record Duel(SparkSession spark, String challenger, String rival, NightWatcher watcher) {
  /** On the images of the set that the challenger was trained on, which its report shows too. */
  Comparison tonight(String night, RunConfig run) throws IOException {
    Evaluated evaluated = evaluated(run);
    return compare(night, run, evaluated.data().fingerprint(), evaluated.answers());
  }

  /** The challenger by itself on these images. */
  Night.Alone alone(RunConfig run) throws IOException {
    EvaluationReport report = evaluated(run).report();
    return new Night.Alone(report.examples(), report.top1());
  }

  private Evaluated evaluated(RunConfig run) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Evaluated evaluated =
        EvaluateJob.run(spark, run, challenger, Optional.of(Split.TEST), watcher.evaluation());
    EvaluationFile.write(hadoop, run.dataset().path(), evaluated);
    ReportWriter.showEvaluations(RunFolder.existing(hadoop, new Path(challenger).getParent()));
    return evaluated;
  }

  /** On the images of another set. */
  Comparison before(String night, RunConfig run) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String data = PreparedDataset.open(run.dataset().path(), hadoop).fingerprint();
    return compare(night, run, data, answers(run, challenger));
  }

  private Comparison compare(String night, RunConfig run, String data, Answers ours)
      throws IOException {
    Answers theirs = answers(run, rival);
    if (!Arrays.equals(ours.ids(), theirs.ids())) {
      throw new IllegalStateException(
          "Cannot compare on %s: it changed meanwhile".formatted(run.dataset().path()));
    }
    PairedBootstrap bootstrap = new PairedBootstrap(run.line().resamples(), run.seed());
    return Comparison.of(night, data, Paired.of(ours.right(), theirs.right()), bootstrap);
  }

  private Answers answers(RunConfig run, String model) throws IOException {
    return EvaluateJob.answers(spark, run, model, Split.TEST, watcher.evaluation());
  }
}
