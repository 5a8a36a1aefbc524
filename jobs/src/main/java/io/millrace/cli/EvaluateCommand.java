package io.millrace.cli;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluateJob;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.metrics.WorkProgress;
import io.millrace.settings.Counts;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: measures a model on a split. */
@Command(name = "evaluate", description = "Measures a model on a split of a prepared data set.")
final class EvaluateCommand implements Callable<Integer> {
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
          try (Watcher watcher = new Watcher()) {
            evaluated = EvaluateJob.run(spark, config, path, Optional.ofNullable(split), watcher);
          }
          System.out.println(line(evaluated.report()));
          String file = EvaluationFile.write(hadoop, config.dataset().path(), evaluated);
          System.out.println("evaluation=" + file);
          System.out.println(last(evaluated.report(), report(hadoop, path)));
        });
  }

  /** Says on the terminal what is evaluated and how far it is. */
  private static final class Watcher implements EvaluationWatcher, AutoCloseable {
    private final WorkProgress progress = new WorkProgress();
    private long examples;
    private long scored;

    @Override
    public void line(String text) {
      System.out.println(text);
    }

    @Override
    public void started(long of) {
      examples = of;
      progress.reached("evaluate", 0, of);
    }

    @Override
    public void scored(int more) {
      scored += more;
      progress.reached("evaluate", scored, examples);
    }

    @Override
    public void close() {
      progress.close();
    }
  }

  /** The report of the run that made the model, if it lies beside it. */
  static Optional<String> report(Configuration hadoop, String model) throws IOException {
    Path path = new Path(model);
    RunFolder folder = RunFolder.existing(hadoop, path.getParent());
    return path.getName().equals(RunFolder.MODEL) && folder.size(RunFolder.REPORT) >= 0
        ? Optional.of(folder.path(RunFolder.REPORT))
        : Optional.empty();
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
