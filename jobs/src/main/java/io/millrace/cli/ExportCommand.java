package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.export.ExportJob;
import io.millrace.export.ExportRequest;
import io.millrace.model.WeightNames;
import io.millrace.store.RunFolder;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code export}: a model for other programs. It asks the model alone: no Spark is started. */
@Command(name = "export", description = "Writes a model as other programs read it.")
final class ExportCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description =
          "One of onnx; safetensors, weights alone; dl4j, a zip without the optimiser's state;"
              + " torchscript-names, a state dict that the module of the same network in"
              + " torchvision, else timm, loads.")
  private String format;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "The model; that of the run unless given.")
  private String model;

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description = "The file; beside the model unless given.")
  private String output;

  @Option(
      names = "--names",
      paramLabel = "NAMES",
      description =
          "Whose names weights get in safetensors: own, torchvision or timm; own unless given.")
  private WeightNames names;

  @Option(
      names = "--fold",
      description =
          "Fold batch norms into the layers before them: fewer operations, outputs differ by"
              + " rounding.")
  private boolean fold;

  @Option(names = "--overwrite", description = "Replace a file that is there.")
  private boolean overwrite;

  @Override
  public Integer call() throws Exception {
    RunConfig config = options.config();
    String path =
        model == null ? config.output() + "/" + config.name() + "/" + RunFolder.MODEL : model;
    ExportJob.run(
            config,
            new ExportRequest(path, format, output, names, fold, overwrite),
            SparkHadoopUtil.get().newConfiguration(new SparkConf()))
        .forEach(System.out::println);
    return ExitCode.DONE;
  }
}
