package io.millrace.onnx;

import io.millrace.ChildCommand;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.config.ChoiceSamples;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.CroppedImages;
import io.millrace.formats.ModelZip;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ClassOutput;
import io.millrace.model.ImageShape;
import io.millrace.model.NetworkJson;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.LeNet5;
import io.millrace.model.architecture.MobileNetV1;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.StockNetwork;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * ONNX Runtime on what is exported, against DL4J's own layers: a ResNet-18 that was trained on the
 * sample of Fashion-MNIST, on 100 of its images, and every kind of network and layer on a few
 * numbers; logits within 1e-4, of the largest one where that is above 1. Where {@code $PYTHON} has
 * onnx, its checker too, with shapes inferred.
 */
public final class OnnxCheck implements Check {
  private static final double MOST = 1e-4;
  private static final int CLASSES = 7;

  private static final Map<String, String> NARROW =
      Map.of("width", "8", "widen", "1", "dense", "8", "widthMultiplier", "0.25");

  private OnnxRuntime runtime;
  private CheckReport report;
  private Path folder;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("onnx");
    report.say("in " + folder);
    try (OnnxRuntime fetched = OnnxRuntime.fetch()) {
      runtime = fetched;
      layers();
      trained();
      architectures();
    }
  }

  private void architectures() throws Exception {
    ImageShape colour = new ImageShape(33, 37, 3);
    for (Architecture one : ChoiceSamples.of(Architecture.class, NARROW)) {
      if (one.foreignKey().isEmpty()) {
        compare(one, colour);
      }
    }
    for (HiddenActivation each : HiddenActivation.values()) {
      compare(new LeNet5(null, each), new ImageShape(28, 28, 1));
    }
    compare(new MobileNetV1(0.25, HiddenActivation.RELU6), colour);
  }

  private void compare(Architecture one, ImageShape images) throws Exception {
    NetworkPurpose purpose = new NetworkPurpose(images, CLASSES, new Sgd(1), 1);
    compare(one.words(), one.configuration(purpose), images);
  }

  /** What our networks do not have and others may. */
  private void layers() throws Exception {
    for (Activation each :
        List.of(
            Activation.ELU,
            Activation.SELU,
            Activation.SOFTPLUS,
            Activation.SOFTSIGN,
            Activation.SWISH,
            Activation.IDENTITY)) {
      ImageShape images = new ImageShape(9, 11, 3);
      compare(each.toString(), branches(images, each, ConvolutionMode.Truncate), images);
      compare(each + ", same", branches(images, each, ConvolutionMode.Same), images);
    }
  }

  private static ComputationGraphConfiguration branches(
      ImageShape images, Activation activation, ConvolutionMode mode) {
    var size = InputType.convolutional(images.height(), images.width(), images.channels());
    return new NeuralNetConfiguration.Builder()
        .seed(2)
        .activation(activation)
        .convolutionMode(mode)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(size)
        .addLayer("a", new ConvolutionLayer.Builder(3, 2).nOut(4).stride(2, 1).build(), "in")
        .addLayer("b", new ConvolutionLayer.Builder(3, 2).nOut(4).stride(2, 1).build(), "in")
        .addVertex("times", new ElementWiseVertex(ElementWiseVertex.Op.Product), "a", "b")
        .addVertex("less", new ElementWiseVertex(ElementWiseVertex.Op.Subtract), "a", "b")
        .addVertex("mean", new ElementWiseVertex(ElementWiseVertex.Op.Average), "a", "b", "less")
        .addVertex("max", new ElementWiseVertex(ElementWiseVertex.Op.Max), "mean", "b")
        .addVertex("all", new MergeVertex(), "times", "max")
        .addLayer("wide", new ConvolutionLayer.Builder(2, 2).nOut(5).dilation(2, 2).build(), "all")
        .addLayer(
            "with",
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                .kernelSize(2, 3)
                .stride(1, 2)
                .padding(mode == ConvolutionMode.Same ? 0 : 1, 1)
                .avgPoolIncludePadInDivisor(true)
                .build(),
            "wide")
        .addLayer("top", new GlobalPoolingLayer.Builder(PoolingType.MAX).build(), "with")
        .addLayer("dense", new DenseLayer.Builder().nOut(6).hasBias(false).build(), "top")
        .addLayer(
            "out",
            new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
            "dense")
        .setOutputs("out")
        .build();
  }

  private void compare(String what, ComputationGraphConfiguration network, ImageShape images)
      throws Exception {
    WeightedNet net = WeightedNet.of(network, images, CLASSES);
    float[] pixels = new float[3 * images.channels() * images.height() * images.width()];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[][] ours = ours(net.configuration(), net, pixels, images);
    for (boolean folds : new boolean[] {false, true}) {
      byte[] model =
          OnnxModel.of(net.configuration(), net.parameters(), net.card(), folds).toByteArray();
      count(what + (folds ? ", folded" : ""), model, ours, pixels, images);
    }
  }

  private static float[][] ours(
      ComputationGraphConfiguration network, WeightedNet net, float[] pixels, ImageShape images) {
    return ours(network, net.parameters(), pixels, images);
  }

  private static float[][] ours(
      ComputationGraphConfiguration network,
      io.millrace.wire.WeightVector parameters,
      float[] pixels,
      ImageShape images) {
    ComputationGraphConfiguration linear = network.clone();
    ClassOutput.of(linear).giveLogits();
    ComputationGraph net = StockNetwork.of(linear, parameters);
    INDArray input =
        Nd4j.createFromArray(pixels)
            .reshape(-1, images.channels(), images.height(), images.width());
    return net.outputSingle(input).toFloatMatrix();
  }

  private void count(String what, byte[] model, float[][] ours, float[] pixels, ImageShape images)
      throws Exception {
    float[][] theirs =
        runtime.run(
            model,
            OnnxModel.LOGITS,
            pixels,
            ours.length,
            images.channels(),
            images.height(),
            images.width());
    double apart = 0;
    double largest = 1;
    for (int i = 0; i < ours.length; i++) {
      for (int k = 0; k < ours[i].length; k++) {
        apart = Math.max(apart, Math.abs(ours[i][k] - theirs[i][k]));
        largest = Math.max(largest, Math.abs(ours[i][k]));
      }
    }
    boolean shaped = theirs.length == ours.length && theirs[0].length == ours[0].length;
    report.count(
        "%s: %.1e apart, of %.1f".formatted(what, apart, largest),
        shaped && apart <= MOST * largest);
    checker(what, model);
  }

  /** The checker of the format's own library. */
  private void checker(String what, byte[] model) throws Exception {
    Path file = folder.resolve("checked.onnx");
    Files.write(file, model);
    String program =
        "import sys\ntry:\n import onnx\nexcept ImportError:\n sys.exit(3)\n"
            + "m = onnx.load(sys.argv[1])\nonnx.checker.check_model(m, full_check=True)\n"
            + "s = onnx.shape_inference.infer_shapes(m, strict_mode=True, data_prop=True)\n"
            + "n = {v.name for v in s.graph.value_info} | {v.name for v in s.graph.output}\n"
            + "assert all(o in n for x in s.graph.node for o in x.output)\n";
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    int code =
        new ProcessBuilder(python, "-c", program, file.toString()).inheritIO().start().waitFor();
    if (code == 3) {
      report.say("onnx's own checker is left out: %s has no onnx".formatted(python));
    } else {
      report.count("onnx's checker on " + what, code == 0);
    }
  }

  private void trained() throws Exception {
    Path config = folder.resolve("check.yaml");
    Files.writeString(
        config,
        """
        name: check
        output: %1$s/out
        source: {path: conf/sample}
        dataset: {path: '%1$s/data', validationShare: 0.05}
        input: {height: 28, width: 28, channels: 1}
        model: {architecture: resnet, depth: 18}
        learningRate: {base: 0.1, referenceBatch: 64}
        training: {epochs: 1, workers: 2, batchPerWorker: 32}
        """
            .formatted(folder));
    for (String command : List.of("prepare", "train")) {
      ended(command, ChildCommand.run(command, "--config", config.toString()));
    }
    List<String> export =
        List.of("export", "--config", config.toString(), "--format", "onnx", "--output");
    ended("export", command(export, "plain.onnx"));
    ended("export --fold", command(export, "folded.onnx", "--fold"));
    images();
  }

  private ChildCommand command(List<String> words, String file, String... more) throws Exception {
    List<String> all = new ArrayList<>(words);
    all.add(folder.resolve(file).toString());
    all.addAll(List.of(more));
    return ChildCommand.run(all.toArray(String[]::new));
  }

  private void ended(String what, ChildCommand ended) {
    report.count(what + ": " + ended.last(), ended.code() == 0);
    if (ended.code() != 0) {
      ended.lines().forEach(report::say);
    }
  }

  private void images() throws Exception {
    Configuration hadoop = new Configuration();
    ModelZip zip = ModelZip.read(hadoop, folder.resolve("out/check/model.zip").toString());
    CroppedImages cropped = CroppedImages.of(zip.card().orElseThrow().input());
    PreparedDataset data = PreparedDataset.open(folder.resolve("data").toString(), hadoop);
    EncodedBlock block = data.reader().read(data.blocks(Split.TEST).get(0));
    FloatBuffer pixels = FloatBuffer.allocate(100 * cropped.size()); // of one channel
    try (ImagePipeline pipeline = cropped.pipeline()) {
      for (int i = 0; i < 100; i++) {
        int offset = block.offsets()[i];
        pixels.position(i * cropped.size());
        pipeline.run(block.data(), offset, block.offsets()[i + 1] - offset, null, pixels);
      }
    }
    ImageShape images = new ImageShape(cropped.height(), cropped.width(), cropped.channels());
    float[][] ours =
        ours(NetworkJson.read(zip.configuration()), zip.parameters(), pixels.array(), images);
    for (String file : List.of("plain.onnx", "folded.onnx")) {
      byte[] model = Files.readAllBytes(folder.resolve(file));
      count("ResNet-18, 100 images, " + file, model, ours, pixels.array(), images);
    }
  }
}
