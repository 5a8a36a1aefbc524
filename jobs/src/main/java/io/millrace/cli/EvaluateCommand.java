package io.millrace.cli;

import io.millrace.dataset.Split;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.report.ReportWriter;
import io.millrace.run.EvaluateJob;
import io.millrace.settings.Counts;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: measures a model on a split. */
@Command(name = "evaluate", description = "Measures a model on a split of a prepared data set.")
final class EvaluateCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateCommand.class);

  @Mixin private RunOptions options;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "The model; that of the run unless given.")
  private String model;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "One of train, validation, test; unless given that of the config, or one that there is.")
  private Split split;

  @Override
  public Integer call() throws Exception {
    return options.run(
        "evaluate",
        (spark, config) -> {
          String run = config.output() + "/" + config.name() + "/";
          String path = model == null ? run + RunFolder.MODEL : model;
          var hadoop = spark.sparkContext().hadoopConfiguration();
          Evaluated evaluated;
          try (TerminalWatcher watcher = new TerminalWatcher("evaluate")) {
            evaluated = EvaluateJob.run(spark, config, path, Optional.ofNullable(split), watcher);
          }
          System.out.println(line(evaluated.report()));
          String file = EvaluationFile.write(hadoop, config.dataset().path(), evaluated);
          System.out.println("evaluation=" + file);
          String application = spark.sparkContext().applicationId();
          System.out.println(last(evaluated.report(), report(hadoop, path, application)));
        });
  }

  /**
   * The report of the run that made the model, if it lies beside it, with all evaluations of that
   * model. One that somebody else is about to write is left alone.
   */
  static Optional<String> report(Configuration hadoop, String model, String application)
      throws IOException {
    Path path = new Path(model);
    RunFolder folder = RunFolder.existing(hadoop, path.getParent());
    if (!path.getName().equals(RunFolder.MODEL) || folder.size(RunFolder.REPORT) < 0) {
      return Optional.empty();
    }
    Lease lease;
    try {
      Holder me = Holder.here("evaluate", application); // whose signals end it as ever
      lease = Lease.take(hadoop, folder.root(), me, () -> false);
    } catch (IllegalArgumentException e) {
      LOG.warn("The report does not show this evaluation before the next one: {}", e.getMessage());
      return Optional.of(folder.path(RunFolder.REPORT));
    }
    try (lease) {
      return ReportWriter.showEvaluations(folder);
    }
  }

  static String line(EvaluationReport report) {
    String top5 =
        report.top5Tells()
            ? String.format(Locale.ROOT, ", top-5 %.2f %%", 100 * report.top5())
            : "";
    return String.format(
        Locale.ROOT,
        "%s: %s, top-1 %.2f %%%s",
        report.split().name().toLowerCase(Locale.ROOT),
        Counts.of(report.examples(), "image"),
        100 * report.top1(),
        top5);
  }

  static String last(EvaluationReport report, Optional<String> page) {
    return String.format(Locale.ROOT, "top1=%.4f loss=%.4f", report.top1(), report.loss())
        + page.map(" report="::concat).orElse("");
  }
}
