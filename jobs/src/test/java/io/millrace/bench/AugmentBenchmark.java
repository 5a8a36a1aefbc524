package io.millrace.bench;

import io.millrace.image.Brightness;
import io.millrace.image.Contrast;
import io.millrace.image.GaussianBlur;
import io.millrace.image.GaussianNoise;
import io.millrace.image.Grayscale;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.Hue;
import io.millrace.image.ImageOperation;
import io.millrace.image.Interpolation;
import io.millrace.image.PcaLighting;
import io.millrace.image.PipelineStep;
import io.millrace.image.PixelBuffer;
import io.millrace.image.QuarterTurn;
import io.millrace.image.RandAugment;
import io.millrace.image.RandomErasing;
import io.millrace.image.RandomScale;
import io.millrace.image.Rotate;
import io.millrace.image.Saturation;
import io.millrace.random.KeyedRandom;
import io.millrace.settings.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.io.FileUtils;

/**
 * Each image operation alone on one picture of 224 x 224, on one thread, in images per second of
 * CPU time: ours, and Pillow's or torchvision's ({@code ${PYTHON:-python3}}), with the same numbers
 * but for those that RandAugment draws. Both take turns; medians of {@value #ROUNDS}. {@code
 * deploy/bench augment}.
 */
final class AugmentBenchmark implements Benchmark {
  private static final int SIDE = 224;
  private static final int ROUNDS = 9;
  private static final int COUNT = 60;
  private static final Set<String> TENSORS =
      Set.of(
          "pca_lighting",
          "hue",
          "grayscale",
          "gaussian_blur",
          "gaussian_noise",
          "rand_augment",
          "random_erasing");
  private static final List<ImageOperation> OPERATIONS =
      List.of(
          new HorizontalFlip(1),
          new QuarterTurn(List.of(1), 1),
          new Rotate(17, 17, Interpolation.BILINEAR, 0, false, 1),
          new RandomScale(0.8, 0.8, 1),
          new Brightness(1.2, 1.2, 1),
          new Contrast(1.2, 1.2, 1),
          new Saturation(1.2, 1.2, 1),
          new Hue(0.1, 0.1, 1),
          new PcaLighting(0.1, 1),
          new Grayscale(1),
          new GaussianBlur(1.1, 1.1, 7, 1),
          new GaussianNoise(0.05, 0.05, 1),
          new RandAugment(2, 9, 31, Interpolation.NEAREST, 1),
          new RandomErasing(0.16, 0.16, 1.25, 1.25, RandomErasing.Fill.MEAN, 1));

  private final KeyedRandom random = new KeyedRandom();
  private final PixelBuffer image = photo();
  private final PixelBuffer out = new PixelBuffer();
  private final PipelineStep step = new PipelineStep();

  @Override
  public void run(BenchReport report) throws Exception {
    Work.warmUp(() -> OPERATIONS.forEach(each -> ours(each, COUNT)));
    Path folder = Files.createTempDirectory("millrace-augment");
    Process peer = start(folder);
    try (BufferedReader answers = peer.inputReader(StandardCharsets.UTF_8);
        OutputStream orders = peer.getOutputStream()) {
      for (ImageOperation operation : OPERATIONS) {
        measure(report, operation, orders, answers);
      }
    } finally {
      peer.destroy();
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private void measure(
      BenchReport report, ImageOperation operation, OutputStream orders, BufferedReader answers)
      throws IOException {
    String name = Names.of(operation.getClass());
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ours[i] = ours(operation, COUNT);
      orders.write("%s %d%n".formatted(name, COUNT).getBytes(StandardCharsets.UTF_8));
      orders.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException(
            "Cannot run the peer: set PYTHON to a python3 with torch, torchvision and PIL");
      }
      theirs[i] = Double.parseDouble(answer);
    }
    double rate = 1 / BenchReport.median(ours);
    double peer = 1 / BenchReport.median(theirs);
    String of = TENSORS.contains(name) ? "torchvision" : "Pillow";
    report.atLeast(
        "%s of 224x224, images/s: / %s".formatted(name, of), rate, peer, rate / peer, 1.0);
  }

  private double ours(ImageOperation operation, int count) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int id = 0; id < count; id++) {
      step.apply(operation, image, out, random.key(1, 0, id));
    }
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9 / count;
  }

  private Process start(Path folder) throws IOException {
    byte[] pixels = Arrays.copyOf(image.data(), SIDE * SIDE * 3);
    Path picture = Files.write(folder.resolve("picture.rgb"), pixels);
    String side = Integer.toString(SIDE);
    return PythonPeer.of(folder, List.of("augment.py"), picture.toString(), side, side).start();
  }

  /** Slopes of all hues, and noise. */
  private PixelBuffer photo() {
    PixelBuffer pixels = new PixelBuffer().reshape(SIDE, SIDE, 3);
    random.key(2, SIDE, SIDE);
    for (int i = 0; i < SIDE * SIDE * 3; i++) {
      double x = i / 3 % SIDE;
      double y = i / 3 / SIDE;
      double wave = Math.sin(0.03 * x + 2.1 * (i % 3)) + Math.cos(0.02 * y * (1 + i % 3));
      double level = 120 + 55 * wave + 20 * random.nextDouble();
      pixels.data()[i] = (byte) Math.max(0, Math.min(255, level));
    }
    return pixels;
  }
}
