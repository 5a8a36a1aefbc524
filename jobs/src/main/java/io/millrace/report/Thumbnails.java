package io.millrace.report;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.Example;
import io.millrace.dataset.InputConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Mistake;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImagePipeline;
import io.millrace.image.PixelBuffer;
import io.millrace.metrics.Figures;
import io.millrace.random.KeyedRandom;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** The pictures of a report, made from a prepared data set. Runs on the driver. */
public final class Thumbnails {
  private Thumbnails() {}

  /** The first training images as the network sees them in the first epoch. */
  public static List<Thumbnail> augmented(
      PreparedDataset dataset,
      InputConfig input,
      List<ImageOperation> operations,
      long seed,
      int count)
      throws IOException {
    List<Thumbnail> pictures = new ArrayList<>();
    KeyedRandom random = new KeyedRandom();
    try (ImagePipeline pipeline = pipeline(input, operations)) {
      Iterator<Example> examples = dataset.examples(Split.TRAIN);
      while (examples.hasNext() && pictures.size() < count) {
        Example example = examples.next();
        random.key(seed, 0, example.id());
        byte[] png = png(pipeline, example.image(), random);
        pictures.add(new Thumbnail(png, dataset.classes().get(example.label()), ""));
      }
    }
    return pictures;
  }

  /** The images of the worst mistakes as the network saw them. */
  public static List<Thumbnail> mistakes(
      PreparedDataset dataset,
      Split split,
      InputConfig input,
      double cropShare,
      List<Mistake> worst,
      int count)
      throws IOException {
    List<Thumbnail> pictures = new ArrayList<>();
    List<Block> blocks = dataset.blocks(split);
    Map<Integer, EncodedBlock> read = new HashMap<>();
    try (ImagePipeline pipeline = evaluation(input, cropShare)) {
      for (Mistake mistake : worst.subList(0, Math.min(count, worst.size()))) {
        EncodedBlock block = read.get(mistake.block());
        if (block == null) {
          block = dataset.reader().read(blocks.get(mistake.block()));
          read.put(mistake.block(), block);
        }
        int row = mistake.row();
        byte[] image =
            Arrays.copyOfRange(block.data(), block.offsets()[row], block.offsets()[row + 1]);
        pictures.add(
            new Thumbnail(
                png(pipeline, image, null),
                Figures.format(
                    "%s, %.0f %%",
                    dataset.classes().get(mistake.predicted()), 100 * mistake.confidence()),
                "is " + dataset.classes().get(mistake.label())));
      }
    }
    return pictures;
  }

  /** One image as the network sees it when it is evaluated. */
  static byte[] cropped(byte[] image, InputConfig input, double cropShare) throws IOException {
    try (ImagePipeline pipeline = evaluation(input, cropShare)) {
      return png(pipeline, image, null);
    }
  }

  private static ImagePipeline evaluation(InputConfig input, double cropShare) {
    return ImagePipeline.evaluation(
        cropShare,
        input.height(),
        input.width(),
        input.channels(),
        new float[input.channels()],
        ones(input.channels()));
  }

  private static ImagePipeline pipeline(InputConfig input, List<ImageOperation> operations) {
    float[] none = new float[input.channels()];
    return new ImagePipeline(
        operations, input.height(), input.width(), input.channels(), none, ones(input.channels()));
  }

  private static byte[] png(ImagePipeline pipeline, byte[] image, RandomGenerator random)
      throws IOException {
    PixelBuffer pixels = new PixelBuffer();
    pipeline.decode(image, 0, image.length, random);
    pipeline.augment(pixels);
    return png(picture(pixels));
  }

  static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    return png.toByteArray();
  }

  static BufferedImage picture(PixelBuffer pixels) {
    int width = pixels.width();
    boolean grey = pixels.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            width,
            pixels.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    byte[] data = pixels.data();
    for (int i = 0; i < width * pixels.height(); i++) {
      if (grey) {
        picture.getRaster().setSample(i % width, i / width, 0, data[i] & 0xff);
      } else {
        int rgb =
            (data[3 * i] & 0xff) << 16 | (data[3 * i + 1] & 0xff) << 8 | data[3 * i + 2] & 0xff;
        picture.setRGB(i % width, i / width, rgb);
      }
    }
    return picture;
  }

  private static float[] ones(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return ones;
  }
}
