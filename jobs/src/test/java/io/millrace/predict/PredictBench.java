package io.millrace.predict;

import io.millrace.SharedSpark;
import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.bench.Work;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.evaluate.CroppedImages;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.evaluate.InferenceNetwork;
import io.millrace.evaluate.InputArray;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.ParameterLayout;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Images/s of {@code predict} over the 10,000 test images of Fashion-MNIST, ResNet-20, two tasks,
 * against the same network alone, which two threads ask about as many images in the same passes.
 */
public final class PredictBench implements Benchmark {
  private static final int ROUNDS = 5;
  private static final int BATCH = 256;
  private static final int COUNT = 10_000;
  private static final int SLOTS = 2;
  private static final ImageShape IMAGES = new ImageShape(28, 28, 1);
  private static final float[] MEAN = {0.286f};
  private static final float[] DEVIATION = {0.353f};

  private final ComputationGraphConfiguration network =
      new CifarResNet(20, 16, CifarResNet.Shortcut.PROJECTION, true)
          .configuration(new NetworkPurpose(IMAGES, 10, new Sgd(1), 1));

  @Override
  public void run(BenchReport report) throws Exception {
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    WeightVector weights = WeightVector.of(net.params().dup().data().asFloat());
    ParameterLayout layout = ParameterLayout.of(net);
    Path folder = Files.createTempDirectory("predict");
    String model = model(folder, weights);
    double[] paces = new double[ROUNDS];
    double[] alone = new double[ROUNDS];
    Work.warmUp(() -> predict(folder, model));
    alone(layout, weights);
    for (int i = 0; i < ROUNDS; i++) {
      paces[i] = predict(folder, model);
      alone[i] = alone(layout, weights);
    }
    double ours = BenchReport.median(paces);
    double inference = BenchReport.median(alone);
    report.atLeast(
        "predict, ResNet-20, 28x28, 2 tasks, against inference alone, images/s",
        ours,
        inference,
        ours / inference,
        0.9);
  }

  private String model(Path folder, WeightVector weights) throws IOException {
    ModelCard card =
        ModelCard.of(
            new ModelCard.Run("bench", "ResNet-20", Map.of()),
            IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
            ModelInput.of(IMAGES, MEAN, DEVIATION, 1),
            Map.of("millrace", "0.1.0"));
    ModelZip zip = ModelZip.of(network, weights, WeightVector.of(), 1, 1).with(card);
    RunFolder.open(new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()))
        .write(RunFolder.MODEL, zip::writeTo);
    return folder.resolve(RunFolder.MODEL).toString();
  }

  private static double predict(Path folder, String model) throws IOException {
    RunConfig config =
        ConfigReader.read(
            "bench.yaml",
            "source: {path: /usr/share/datasets/fashion-mnist, splits: [test]}\n"
                + "evaluation: {batch: %d}".formatted(BATCH),
            List.of());
    return PredictJob.run(
            SharedSpark.session(),
            config,
            new PredictRequest(model, null, folder.resolve("out").toString(), 5, null, true),
            new EvaluationWatcher() {
              @Override
              public void line(String text) {}

              @Override
              public void started(long examples) {}

              @Override
              public void scored(int examples) {}
            },
            () -> false)
        .pace();
  }

  private double alone(ParameterLayout layout, WeightVector weights) throws Exception {
    int first = (COUNT / BATCH + SLOTS) / SLOTS * BATCH;
    ExecutorService threads = Executors.newFixedThreadPool(SLOTS);
    try {
      List<Future<Double>> ends = new ArrayList<>();
      for (int images : new int[] {first, COUNT - first}) {
        ends.add(threads.submit(() -> onOneThread(layout, weights, images)));
      }
      double longest = 0;
      for (Future<Double> end : ends) {
        longest = Math.max(longest, end.get());
      }
      return COUNT / longest;
    } finally {
      threads.shutdown();
    }
  }

  /** Seconds that so many images take one thread. */
  private double onOneThread(ParameterLayout layout, WeightVector weights, int count) {
    CroppedImages images = new CroppedImages(1, 28, 28, 1, MEAN, DEVIATION);
    try (InferenceNetwork net = new InferenceNetwork(network, layout, FastPath.TRUE, true);
        InputArray input = new InputArray(images, BATCH)) {
      net.load("weights", weights.slices());
      INDArray batch =
          input.fill(
              pixels -> {
                for (int i = 0; i < BATCH * images.size(); i++) {
                  pixels.put(i % 7 - 3);
                }
                return BATCH;
              });
      net.outputs(batch)[0].close();
      long start = System.nanoTime();
      for (int left = count; left > 0; left -= BATCH) {
        INDArray pass = left < BATCH ? batch.get(NDArrayIndex.interval(0, left)) : batch;
        net.outputs(pass)[0].close();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
