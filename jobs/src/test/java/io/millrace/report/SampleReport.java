package io.millrace.report;

import io.millrace.metrics.SampleMetrics;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
        2,
        SampleMetrics.of(epochs),
        epochs,
        "validation",
        confusion(classes.size()),
        classes,
        pictures(classes, 24),
        pictures(classes, 32),
        """
        data        54,000 train, 6,000 validation, 10,000 test; 10 classes
        split       validation cut from train by SHA-256 of the bytes
        batch       2 workers x 512 = 1,024 examples an update
        rate        0.1 x 1024 / 128 = 0.8 at its peak, after 53 updates of warm-up, then cosine
        course      20 epochs x 53 updates = 1,060 updates in 1,060 rounds
        bytes       4.3 MB a round
        """,
        "name: " + name + "\noptimizer:\n  kind: nesterov\n  momentum: 0.9\n",
        "{\n  \"millrace\" : \"0.1.0\"\n}",
        Map.of("train", Collections.nCopies(classes.size(), 5400L)),
        Math.max(1, epochs - 3));
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
    confusion[0][classes - 4] = 94;
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
