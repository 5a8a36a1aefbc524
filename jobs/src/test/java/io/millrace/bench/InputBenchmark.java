package io.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.image.DrawnCrops;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.ImageEncoder;
import io.millrace.image.ImagePipeline;
import io.millrace.image.PixelBuffer;
import io.millrace.image.RandomResizedCrop;
import io.millrace.random.KeyedRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.bytedeco.opencv.global.opencv_core;
import org.datavec.image.loader.NativeImageLoader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Encoded JPEG to a normalised random-resized 224 crop on one thread, in images per second of CPU
 * time: ours, DataVec's NativeImageLoader, Pillow with draft, and OpenCV with reduced decoding and
 * plain bilinear resampling, both with numpy ({@code ${PYTHON:-python3}}), all with the same crops.
 * They take turns; medians of {@value #ROUNDS}.
 */
final class InputBenchmark implements Benchmark {
  private static final int SIDE = 224;
  private static final int ROUNDS = 7;
  private static final int COUNT = 60;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};
  private static final RandomResizedCrop CROP =
      new RandomResizedCrop(SIDE, SIDE, 0.08, 1, 3.0 / 4, 4.0 / 3);
  private static final HorizontalFlip FLIP = new HorizontalFlip(0.5);

  private final KeyedRandom random = new KeyedRandom();
  private final CropTransform transform = new CropTransform();
  private final NativeImageLoader loader = new NativeImageLoader(SIDE, SIDE, 3, transform);
  private final INDArray scale = Nd4j.create(3, 1);
  private final INDArray shift = Nd4j.create(3, 1);
  private final FloatBuffer out =
      ByteBuffer.allocateDirect(4 * SIDE * SIDE * 3).order(ByteOrder.nativeOrder()).asFloatBuffer();

  @Override
  public void run(BenchReport report) throws Exception {
    opencv_core.setNumThreads(1);
    for (int c = 0; c < 3; c++) { // the loader gives blue first
      scale.putScalar(c, 1 / (255 * DEVIATION[2 - c]));
      shift.putScalar(c, -MEAN[2 - c] / DEVIATION[2 - c]);
    }
    measure(report, 375, 500, 3, 0.9);
    measure(report, 1200, 1600, 5, 1.0);
  }

  private void measure(
      BenchReport report, int height, int width, double loaderTarget, double pillowTarget)
      throws Exception {
    byte[] jpeg = photo(height, width);
    List<int[]> crops = new ArrayList<>();
    for (int id = 0; id < COUNT; id++) {
      crops.add(DrawnCrops.draw(CROP, FLIP, height, width, random.key(1, 0, id)));
    }
    double[][] seconds = new double[4][ROUNDS];
    try (ImagePipeline pipeline =
        new ImagePipeline(List.of(CROP, FLIP), SIDE, SIDE, 3, MEAN, DEVIATION)) {
      Work.warmUp(() -> ours(pipeline, jpeg));
      loader(jpeg, crops);
      for (int i = 0; i < ROUNDS; i++) {
        seconds[0][i] = ours(pipeline, jpeg);
        seconds[1][i] = loader(jpeg, crops);
        seconds[2][i] = python("pillow", jpeg, crops);
        seconds[3][i] = python("opencv", jpeg, crops);
      }
    }
    double ours = 1 / BenchReport.median(seconds[0]);
    double theirs = 1 / BenchReport.median(seconds[1]);
    double pillow = 1 / BenchReport.median(seconds[2]);
    double opencv = 1 / BenchReport.median(seconds[3]);
    String name = "JPEG %dx%d to a 224 crop, images/s: / ".formatted(width, height);
    report.atLeast(name + "NativeImageLoader", ours, theirs, ours / theirs, loaderTarget);
    report.atLeast(name + "Pillow", ours, pillow, ours / pillow, pillowTarget);
    report.atLeast(name + "OpenCV", ours, opencv, ours / opencv, 1.3);
  }

  private double ours(ImagePipeline pipeline, byte[] jpeg) {
    long start = cpu();
    for (int id = 0; id < COUNT; id++) {
      pipeline.run(jpeg, 0, jpeg.length, random.key(1, 0, id), out.clear());
    }
    return (cpu() - start) / 1e9 / COUNT;
  }

  private double loader(byte[] jpeg, List<int[]> crops) throws IOException {
    long start = cpu();
    for (int[] crop : crops) {
      transform.set(crop);
      INDArray image = loader.asMatrix(new ByteArrayInputStream(jpeg));
      image.reshape(3, (long) SIDE * SIDE).muliColumnVector(scale).addiColumnVector(shift);
    }
    return (cpu() - start) / 1e9 / crops.size();
  }

  private double python(String library, byte[] jpeg, List<int[]> crops) throws Exception {
    Path folder = Files.createTempDirectory("millrace-input");
    Path picture = Files.write(folder.resolve("picture.jpg"), jpeg);
    ProcessBuilder builder =
        PythonPeer.of(folder, List.of("input.py"), library, picture.toString());
    Process process = builder.start();
    try (var writer = process.outputWriter(UTF_8)) {
      for (int[] crop : crops) {
        writer.write("%d %d %d %d %d%n".formatted(crop[0], crop[1], crop[2], crop[3], crop[4]));
      }
    }
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(
          "Cannot run %s: set PYTHON to a python3 that has it".formatted(library));
    }
    FileUtils.deleteDirectory(folder.toFile());
    return Double.parseDouble(printed);
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Slopes, an edge and noise, like a photograph to an encoder. */
  private byte[] photo(int height, int width) {
    PixelBuffer pixels = new PixelBuffer().reshape(height, width, 3);
    random.key(2, height, width);
    double unit = 500.0 / width;
    for (int i = 0; i < height * width * 3; i++) {
      double x = unit * (i / 3 % width);
      double y = unit * (i / 3 / width);
      double slope = 90 * Math.sin(0.07 * (x + 3 * (i % 3))) + 60 * Math.cos(0.05 * y);
      double edge = x * 2 > y * 3 ? 40 : 0;
      double level = 105 + slope + edge + 20 * random.nextDouble();
      pixels.data()[i] = (byte) Math.max(0, Math.min(255, level));
    }
    return ImageEncoder.jpeg(pixels, 90);
  }
}
