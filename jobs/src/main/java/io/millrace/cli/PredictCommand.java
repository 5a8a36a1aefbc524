package io.millrace.cli;

import io.millrace.predict.PredictJob;
import io.millrace.predict.PredictReport;
import io.millrace.predict.PredictRequest;
import io.millrace.predict.PredictStoppedException;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code predict}: the images of a lake through a model into Parquet. */
@Command(
    name = "predict",
    description =
        "Predicts the images of the config's source, or of --input, one row an image; what is there"
            + " already is not done again.")
final class PredictCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "The model; that of the run unless given.")
  private String model;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "Where the images are: all of a Parquet file or folder, of a folder of images, or of IDX"
              + " files; labels are not needed. The config's source, of its splits, unless given.")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description =
          "Folder of the predictions; the folder predict of the run unless given. Another model,"
              + " input or setting than it holds is refused.")
  private String output;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Classes of an image, the most probable ones; 5 unless given.")
  private Integer top;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "Write the output of this layer too, as column embedding.")
  private String layer;

  @Option(names = "--overwrite", description = "Start over; predictions that are there are lost.")
  private boolean overwrite;

  @Override
  public Integer call() throws Exception {
    try (StopSignals stop = new StopSignals("stopping")) {
      return options.run(
          "predict",
          (spark, config) -> {
            String run = config.output() + "/" + config.name() + "/";
            var request =
                new PredictRequest(
                    model == null ? run + RunFolder.MODEL : model,
                    input,
                    output == null ? run + "predict" : output,
                    top,
                    layer,
                    overwrite);
            PredictReport report;
            try (TerminalWatcher watcher = new TerminalWatcher("predict")) {
              report = PredictJob.run(spark, config, request, watcher, stop);
            }
            report.lines().forEach(System.out::println);
          });
    } catch (PredictStoppedException | WaitStoppedException e) {
      System.err.println(e.getMessage());
      return ExitCode.STOPPED;
    }
  }
}
