package io.millrace.cli;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluateJob;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.store.RunFolder;
import java.util.Locale;
import java.util.concurrent.Callable;
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
      description = "One of train, validation, test; that of the config unless given.")
  private Split split;

  @Override
  public Integer call() throws Exception {
    return options.run(
        "evaluate",
        (spark, config) -> {
          String run = config.output() + "/" + config.name() + "/";
          String path = model == null ? run + RunFolder.MODEL : model;
          var report =
              EvaluateJob.run(
                  spark, config, path, split == null ? config.evaluation().split() : split);
          System.out.println(line(report));
          var hadoop = spark.sparkContext().hadoopConfiguration();
          System.out.println("evaluation " + EvaluationFile.write(hadoop, config, path, report));
          System.out.printf(
              Locale.ROOT,
              "top1=%.4f loss=%.4f report=%s%n",
              report.top1(),
              report.loss(),
              run + RunFolder.REPORT);
        });
  }

  static String line(EvaluationReport report) {
    String top5 =
        report.top5Tells()
            ? String.format(Locale.ROOT, ", top-5 %.2f %%", 100 * report.top5())
            : "";
    return String.format(
        Locale.ROOT,
        "%s: %,d images, top-1 %.2f %%%s; the report shows its training",
        report.split().name().toLowerCase(Locale.ROOT),
        report.examples(),
        100 * report.top1(),
        top5);
  }
}
