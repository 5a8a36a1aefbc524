package io.millrace.bench;

import io.millrace.backend.NativeBinary;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.MobileNetV1;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.ResNet50;
import io.millrace.model.architecture.Vgg;
import io.millrace.model.init.InitConfig;
import io.millrace.model.init.InitialWeights;
import io.millrace.model.layers.ConvolutionsAlone;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.model.layers.NativePass;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRule;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

/** One update and one inference of a replica on one thread, against stock DL4J and PyTorch. */
final class ComputeBenchmarks {
  private static final int ROUNDS = 15;
  private static final double RATE = 0.01;

  private ComputeBenchmarks() {}

  /** An update of ResNet-20: seconds of stock DL4J / ours. */
  static void step(BenchReport report) throws Exception {
    Work work = Work.resNet20();
    ComputationGraph stock = NativePass.stock(work.configuration).network();
    DataSet minibatch = new DataSet(work.features.dup('c'), work.labels);
    double[] medians =
        StepSide.medians(work.update(), () -> time(() -> stock.fit(minibatch)), 2, 5);
    report.atLeast(
        "ResNet-20 update, batch 64, s", medians[0], medians[1], medians[1] / medians[0], 20);
  }

  /** The same: seconds of PyTorch / ours; and the bound of that ratio, / our convolutions alone. */
  static void stepTorch(BenchReport report) throws Exception {
    Work work = Work.resNet20();
    againstTorch(report, "ResNet-20 update, batch 64, s", work, "resnet20", 1.5);
    Runnable convolutions = new ConvolutionsAlone(work.net, work.features);
    againstTorch(
        report,
        "its convolutions alone, s",
        () -> time(convolutions),
        "resnet20",
        work.batch(),
        1.0);
  }

  /**
   * The same in bf16, where this CPU has it: seconds of fp32 / bf16, of PyTorch's autocast / ours.
   *
   * @throws IllegalStateException where the CPU has it not
   */
  static void stepBf16(BenchReport report) throws Exception {
    if (!NativePass.isNative(FastPath.TRUE, new Bf16())) {
      throw new IllegalStateException("Cannot measure bf16: this CPU has no AVX512_BF16");
    }
    Work wide = Work.resNet20();
    Work narrow = Work.resNet20(new Bf16());
    StepSide inFp32 = wide.update();
    double[] ours = StepSide.medians(narrow.update(), inFp32, 5, ROUNDS);
    report.atLeast(
        "ResNet-20 update, batch 64, bf16 to fp32, s", ours[0], ours[1], ours[1] / ours[0], 1.4);
    againstTorch(
        report,
        "the same to autocast, s",
        narrow.update(),
        "resnet20",
        "train-bf16",
        narrow.batch(),
        1.0);
  }

  /** An update of ResNet-50 on 224x224, batch 8: seconds of PyTorch / ours. */
  static void stepResNet50(BenchReport report) throws Exception {
    againstTorch(report, "ResNet-50 update, batch 8, s", Work.resNet50(), "resnet50", 1.2);
  }

  /** An update of MobileNet on 224x224, batch 16: seconds of PyTorch / ours. */
  static void stepMobileNet(BenchReport report) throws Exception {
    MobileNetV1 net = new MobileNetV1(1, HiddenActivation.RELU);
    againstTorch(report, "MobileNet update, batch 16, s", Work.large(net, 16), "mobilenet", 0.9);
  }

  /** An update of VGG-11 on 224x224, batch 8: seconds of PyTorch / ours. */
  static void stepVgg(BenchReport report) throws Exception {
    Vgg net = new Vgg(11, false, 64, 4096, 0.5, HiddenActivation.RELU);
    againstTorch(report, "VGG-11 update, batch 8, s", Work.large(net, 8), "vgg11", 0.9);
  }

  /**
   * Inference of ResNet-20 as evaluate does it: seconds of PyTorch, and of ours unfolded / ours.
   */
  static void infer(BenchReport report) throws Exception {
    Work work = Work.resNet20();
    ComputationGraph folded = work.folded();
    StepSide ours = () -> time(() -> folded.outputSingle(work.features));
    try (TorchPeer torch = new TorchPeer("resnet20", "infer", work.batch())) {
      double[] medians = StepSide.medians(ours, torch::seconds, 5, ROUNDS);
      report.atLeast(
          "ResNet-20 inference, batch 64, s", medians[0], medians[1], medians[1] / medians[0], 1.6);
    }
    StepSide unfolded = () -> time(() -> work.net.outputSingle(work.features));
    double[] medians = StepSide.medians(ours, unfolded, 5, ROUNDS);
    report.atLeast("the same to unfolded, s", medians[0], medians[1], medians[1] / medians[0], 1.0);
  }

  private static void againstTorch(
      BenchReport report, String name, Work work, String network, double target) throws Exception {
    againstTorch(report, name, work.update(), network, work.batch(), target);
  }

  private static void againstTorch(
      BenchReport report, String name, StepSide ours, String network, int batch, double target)
      throws Exception {
    againstTorch(report, name, ours, network, "train", batch, target);
  }

  private static void againstTorch(
      BenchReport report,
      String name,
      StepSide ours,
      String network,
      String mode,
      int batch,
      double target)
      throws Exception {
    try (TorchPeer torch = new TorchPeer(network, mode, batch)) {
      double[] medians = StepSide.medians(ours, torch::seconds, 5, ROUNDS);
      report.atLeast(name, medians[0], medians[1], medians[1] / medians[0], target);
    }
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** A network as a replica has it, with a minibatch in the memory order of the pipelines. */
  private record Work(
      ComputationGraphConfiguration configuration,
      ComputationGraph net,
      INDArray features,
      INDArray labels) {
    static Work resNet20() {
      return resNet20(new Fp32());
    }

    static Work resNet20(Precision precision) {
      NativeBinary.select();
      ImageShape shape = new ImageShape(32, 32, 3);
      return of(
          new CifarResNet(20, 16, Shortcut.PROJECTION, true)
              .configuration(new NetworkPurpose(shape, 10, new Nesterovs(RATE, 0.9), 1)),
          shape,
          64,
          10,
          precision);
    }

    static Work resNet50() throws IOException {
      return large(new ResNet50(true), 8);
    }

    /** On images of 224x224 and 1,000 classes. */
    static Work large(Architecture net, int batch) throws IOException {
      NativeBinary.select();
      ImageShape shape = new ImageShape(224, 224, 3);
      return of(
          net.configuration(new NetworkPurpose(shape, 1000, new Nesterovs(RATE, 0.9), 1)),
          shape,
          batch,
          1000,
          new Fp32());
    }

    private static Work of(
        ComputationGraphConfiguration configuration,
        ImageShape shape,
        int batch,
        int classes,
        Precision precision) {
      ComputationGraph net = NativePass.network(configuration, FastPath.TRUE, precision).network();
      InitialWeights.of(InitConfig.DEFAULT, net).set(net, 1, true);
      INDArray features =
          Nd4j.randn(new long[] {batch, shape.height(), shape.width(), shape.channels()})
              .permute(0, 3, 1, 2);
      INDArray labels = Nd4j.zeros(batch, classes);
      for (int i = 0; i < batch; i++) {
        labels.putScalar(i, i * 7 % classes, 1);
      }
      return new Work(configuration, net, features, labels);
    }

    /** For inference. */
    ComputationGraph folded() {
      FoldedNorms norms = FoldedNorms.of(configuration);
      ComputationGraph folded = NativePass.accelerate(norms.configuration()).network();
      norms.load(net.params(), ParameterLayout.of(net), folded);
      return folded;
    }

    int batch() {
      return (int) features.size(0);
    }

    /** Gradient and optimiser, as a replica runs them. */
    StepSide update() {
      ParameterLayout layout = ParameterLayout.of(net);
      Recipe recipe =
          Recipe.of(new OptimizerConfig(new Nesterov(0.9), 1e-4, false), update -> RATE);
      UpdateRule rule = recipe.rule(layout);
      List<Moment> now = new Pace(recipe).moments(0, 1);
      INDArray state = Nd4j.zeros(rule.stateLength(layout));
      return () ->
          time(
              () -> {
                net.setInputs(features);
                net.setLabels(labels);
                net.computeGradientAndScore();
                rule.apply(layout, net.params(), net.getFlattenedGradients(), state, batch(), now);
              });
    }
  }
}
