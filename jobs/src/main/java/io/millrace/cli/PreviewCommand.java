package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.preview.PreviewJob;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code preview}: shows what a config's augmentations make of images. It asks the data alone:
 * nothing is started, and nothing is waited for.
 */
@Command(
    name = "preview",
    description =
        "Shows what a config's augmentations make of a few images of the prepared set, or of the"
            + " source where there is none. Leaves a page in the folder preview of the run.")
final class PreviewCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "6",
      description = "Images; ${DEFAULT-VALUE} unless given.")
  private int images;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "5",
      description = "Epochs of which each image is shown; ${DEFAULT-VALUE} unless given.")
  private int draws;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      defaultValue = "1",
      description = "The first of these epochs; ${DEFAULT-VALUE} unless given.")
  private int epoch;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the draws; the config's unless given.")
  private Long seed;

  @Override
  public Integer call() throws Exception {
    new PreviewJob.Extent(images, draws, epoch, 0);
    RunConfig config = options.config();
    long drawn = seed == null ? config.seed() : seed;
    PreviewJob.run(
            config,
            new PreviewJob.Extent(images, draws, epoch, drawn),
            String.join(" ", spec.root().commandLine().getParseResult().originalArgs()),
            SparkHadoopUtil.get().newConfiguration(new SparkConf()))
        .forEach(System.out::println);
    return ExitCode.DONE;
  }
}
