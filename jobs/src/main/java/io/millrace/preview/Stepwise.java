package io.millrace.preview;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Normalisation;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImagePipeline;
import io.millrace.image.ImageSize;
import io.millrace.image.PixelBuffer;
import io.millrace.random.KeyedRandom;
import java.util.ArrayList;
import java.util.List;

/** Makes the images of a preview. */
final class Stepwise {
  private final RunConfig config;
  private final Normalisation fed;
  private final long seed;

  Stepwise(RunConfig config, Normalisation fed, long seed) {
    this.config = config;
    this.fed = fed;
    this.seed = seed;
  }

  private KeyedRandom random(PreviewImage image, int epoch) {
    return new KeyedRandom().key(seed, epoch, image.id());
  }

  /** The image as it is stored. */
  PixelBuffer stored(PreviewImage image) {
    PixelBuffer pixels = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(image.encoded(), 0, image.encoded().length, config.input().channels(), pixels);
    }
    return pixels;
  }

  /** What the network sees of an image in an epoch, counted from 0. */
  PixelBuffer augmented(PreviewImage image, int epoch) {
    ImageSize input = new ImageSize(config.input().height(), config.input().width());
    return made(config.augment(), image, epoch, input);
  }

  /** The image after each of the operations, in order; the last is what the network sees. */
  List<PixelBuffer> steps(PreviewImage image, int epoch) {
    List<PixelBuffer> steps = new ArrayList<>();
    KeyedRandom random = random(image, epoch);
    PixelBuffer before = stored(image);
    for (int i = 0; i < config.augment().size(); i++) {
      PixelBuffer after = new PixelBuffer();
      config.augment().get(i).apply(before, after, random); // for its size
      ImageSize size = new ImageSize(after.height(), after.width());
      steps.add(made(config.augment().subList(0, i + 1), image, epoch, size));
      before = after;
    }
    return steps;
  }

  private PixelBuffer made(
      List<ImageOperation> operations, PreviewImage image, int epoch, ImageSize size) {
    PixelBuffer pixels = new PixelBuffer();
    try (ImagePipeline pipeline =
        new ImagePipeline(
            operations,
            size.height(),
            size.width(),
            config.input().channels(),
            fed.mean(),
            fed.deviation())) {
      pipeline.decode(image.encoded(), 0, image.encoded().length, random(image, epoch));
      pipeline.augment(pixels);
    }
    return pixels;
  }
}
