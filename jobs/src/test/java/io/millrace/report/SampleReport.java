package io.millrace.report;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.DeadUnits;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.GradientNorm;
import io.millrace.diagnostics.Warning;
import io.millrace.diagnostics.WeightHistogram;
import io.millrace.evaluate.Calibration;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.NamedMistake;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.SampleMetrics;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Made-up data of a plausible run, to look at and to test with. */
final class SampleReport {
  static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private SampleReport() {}

  static ReportData data(String name, int epochs, List<String> classes) {
    return new ReportData(
        name,
        job("train --config conf/" + name + ".yaml"),
        new ReportData.Course(2, SampleMetrics.of(epochs), epochs, Math.max(1, epochs - 3)),
        diagnosed(),
        new ReportData.Validated(
            "validation",
            confusion(classes.size()),
            calibration(),
            worst(classes),
            pictures(classes, 32)),
        manifest(classes),
        pictures(classes, 24),
        new ReportData.Texts(
            """
            data        54,000 train, 6,000 validation, 10,000 test; 10 classes
            split       validation cut from train by SHA-256 of the bytes
            batch       2 workers x 512 = 1,024 examples an update
            rate        0.1 x 1024 / 128 = 0.8 at its peak, after 53 updates of warm-up, then cosine
            course      20 epochs x 53 updates = 1,060 updates in 1,060 rounds
            bytes       4.3 MB a round
            """,
            "name: " + name + "\noptimizer:\n  kind: nesterov\n  momentum: 0.9\n"),
        List.of(evaluation("test", classes)));
  }

  static ReportData.Job job(String command) {
    RunManifest manifest =
        new RunManifest(
            "2026-01-31T12:30:09Z",
            command,
            1,
            "28 x 28",
            List.of(),
            Map.of("millrace", "0.1.0", "git_revision", "0123abc"),
            Map.of(),
            Map.of());
    return new ReportData.Job(manifest, "2026-01-31T13:15:10Z", 0);
  }

  static DatasetManifest manifest(List<String> classes) {
    int k = classes.size();
    List<Long> train = new ArrayList<>(Collections.nCopies(k, 5400L));
    train.set(k - 1, 54L);
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        "f",
        classes,
        new TreeMap<>(
            Map.of(Split.TRAIN, files(train), Split.TEST, files(Collections.nCopies(k, 1000L)))),
        new DatasetManifest.StoredImages(
            0,
            0,
            3,
            List.of(0.4856, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            new ImageSizes(
                new ImageSizes.Size(20, 32),
                new ImageSizes.Size(375, 500),
                new ImageSizes.Size(20, 32),
                new ImageSizes.Size(375, 500),
                new ImageSizes.Size(20, 32),
                new ImageSizes.Size(375, 500))),
        new DatasetManifest.Origin(
            "s3a://key:pass@lake/photos",
            "f",
            1,
            Map.of(),
            6,
            "quarantine-1",
            new TreeMap<>(Map.of("unreadable image", 5L, "unknown label (emu)", 1L)),
            Map.of("test in train", 3L)));
  }

  private static DatasetManifest.SplitFiles files(List<Long> rows) {
    long sum = rows.stream().mapToLong(Long::longValue).sum();
    return new DatasetManifest.SplitFiles(sum, rows, "0", List.of());
  }

  static EvaluationFile evaluation(String split, List<String> classes) {
    return new EvaluationFile(
        "2026-02-01T06:00:00Z",
        "out/run/model.zip",
        "run",
        "cifar-resnet of depth 20",
        "out/data",
        "f",
        split,
        10_000,
        0.2711,
        0.9083,
        0.9971,
        classes,
        List.of(),
        List.of(),
        calibration(),
        confusion(classes.size()),
        worst(classes));
  }

  private static List<NamedMistake> worst(List<String> classes) {
    List<NamedMistake> worst = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      worst.add(
          new NamedMistake(
              classes.get(i % classes.size()),
              classes.get((i * 7 + 3) % classes.size()),
              0.9999 - 0.005 * i,
              9.2 - 0.1 * i,
              "data/train-0000" + i % 4 + "-of-00004.parquet",
              1000L + i));
    }
    return worst;
  }

  /** Of a network whose gradients vanish for some epochs. */
  private static Diagnosed diagnosed() {
    List<String> layers =
        List.of("stem.W", "stage1_block1_conv1.W", "stage1_block1_conv2.W", "fc.W");
    List<DiagnosedEpoch> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= 8; epoch++) {
      Map<String, Map<String, Double>> norms = new LinkedHashMap<>();
      Map<String, Map<String, Double>> counts = new LinkedHashMap<>();
      for (int l = 0; l < layers.size(); l++) {
        norms.put(layers.get(l), Map.of("norm", Math.pow(10, l - 4 + 0.1 * epoch)));
        counts.put(layers.get(l), Map.of("0", 3.0, "2^-7", 40.0, "-2^-7", 30.0, "2^-6", 9.0));
      }
      Map<String, Map<String, Double>> dead = Map.of("stem_relu", Map.of("dead", 0.1 * epoch));
      epochs.add(
          new DiagnosedEpoch(
              epoch,
              3,
              1024,
              0.4,
              0.004,
              epoch % 2 == 1
                  ? Map.of("gradient-norm", norms, "weight-histogram", counts)
                  : Map.of("gradient-norm", norms, "dead-units", dead),
              Map.of(),
              epoch < 4
                  ? List.of(new Warning("vanishing gradients", "found <b>.", "Do.", List.of()))
                  : List.of()));
    }
    return new Diagnosed(
        List.of(new GradientNorm(1e-3, 10), new DeadUnits(0.4), new WeightHistogram()),
        layers,
        "Gradients are those of the global batch",
        "Activations are those of 1,024 images of validation.",
        epochs,
        pictures(List.of("1", "2", "3"), 16),
        Collections.nCopies(2, pictures(List.of("cat", "stem_relu", "stage1_block1_relu"), 3)));
  }

  /** Of a network that is too sure. */
  private static Calibration calibration() {
    List<Calibration.Bin> bins = new ArrayList<>();
    for (int b = 0; b < Calibration.BINS; b++) {
      double sure = (b + 0.5) / Calibration.BINS;
      bins.add(
          b < 3
              ? new Calibration.Bin(0, 0, 0)
              : new Calibration.Bin(20L + b * b * b, sure, sure * sure));
    }
    return new Calibration(0.0812, bins);
  }

  private static long[][] confusion(int classes) {
    Random random = new Random(2);
    long[][] confusion = new long[classes][classes];
    for (int row = 0; row < classes; row++) {
      for (int column = 0; column < classes; column++) {
        confusion[row][column] = random.nextInt(3) == 0 ? random.nextInt(14) : 0;
      }
      confusion[row][row] = 540L + random.nextInt(50);
    }
    confusion[0][Math.max(1, classes - 4)] = 94;
    return confusion;
  }

  private static List<Thumbnail> pictures(List<String> classes, int count) {
    List<Thumbnail> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String caption = classes.get(i % classes.size());
      pictures.add(
          new Thumbnail(png(i), caption, "is " + classes.get((i * 7 + 3) % classes.size())));
    }
    return pictures;
  }

  private static byte[] png(int seed) {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      graphics.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256)));
      graphics.fillOval(random.nextInt(20), random.nextInt(20), 4 + random.nextInt(12), 12);
    }
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
