package io.millrace.image;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Encoded image to network input: decode, a chain of operations, normalise. The geometric
 * operations at the head of the chain are drawn before decoding and done in one pass; a JPEG that
 * they shrink is decoded at 1/2, 1/4 or 1/8 of its size where no pixel has to be made up. Those
 * that recolour one after the other are one table, and at the end part of normalising.
 *
 * <p>{@link #decode} and {@link #augment} are two calls so that each can be timed; {@link #run} is
 * both. Runs on executors, one pipeline a thread; holds native memory until closed.
 */
public final class ImagePipeline implements AutoCloseable {
  private final Chain chain;
  private final List<RandomErasing> erasings;
  private final float[] mean;
  private final float[] deviation;
  private final int height;
  private final int width;
  private final int channels;
  private final Normaliser normaliser;
  private final Canvas canvas;
  private final ImageDecoder decoder = new ImageDecoder();
  private RandomGenerator random;
  private Frame frame;
  private Frame pending;
  private ImageMemory.Lease lease;

  /**
   * A pipeline of operations in order, whose last one gives {@code height x width}.
   *
   * @param channels 1 grey, 3 RGB
   * @param mean one value a channel, on the scale 0 to 1
   * @param deviation one value a channel, on the scale 0 to 1
   * @throws IllegalArgumentException if operations do not go with each other or with the channels
   */
  public ImagePipeline(
      List<ImageOperation> operations,
      int height,
      int width,
      int channels,
      float[] mean,
      float[] deviation) {
    for (String problem : AugmentRules.problems(operations, channels)) {
      throw new IllegalArgumentException(problem);
    }
    int erasing = AugmentRules.firstErasing(operations);
    this.chain = new Chain(operations.subList(0, erasing));
    this.erasings =
        operations.subList(erasing, operations.size()).stream()
            .map(RandomErasing.class::cast)
            .toList();
    this.canvas = new Canvas(channels);
    this.mean = mean.clone();
    this.deviation = deviation.clone();
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.normaliser = new Normaliser(channels, mean, deviation);
  }

  /**
   * The pipeline of validation: resize so that the centre crop keeps {@code cropShare} of the tight
   * side, centre crop, normalise. Draws nothing.
   */
  public static ImagePipeline evaluation(
      double cropShare, int height, int width, int channels, float[] mean, float[] deviation) {
    ImageOperation fit = new CenterFit(height, width, cropShare);
    return new ImagePipeline(List.of(fit), height, width, channels, mean, deviation);
  }

  /**
   * Decodes and augments one image, and writes it at the position of {@code out} as [H, W, C].
   *
   * @throws BadImageException if the image cannot be decoded
   */
  public void run(byte[] encoded, int offset, int length, RandomGenerator random, FloatBuffer out) {
    decode(encoded, offset, length, random);
    augment(out);
  }

  /** The first half: draws the geometry from {@code random} and decodes what it needs. */
  public void decode(byte[] encoded, int offset, int length, RandomGenerator random) {
    this.random = random;
    release();
    ImageHeader header = ImageHeader.read(encoded, offset, length);
    chain.start(random);
    pending = null;
    frame = Frame.whole(header.uprightHeight(), header.uprightWidth());
    joinFrames();
    int reduction = header.format() == ImageFormat.JPEG ? frame.reduction() : 1;
    Box needed = frame.resampled() ? frame.region() : frame.window();
    Box region = needed.clipped(header.uprightHeight(), header.uprightWidth());
    ByteReader in = new ByteReader(encoded, offset, length);
    ImageOperation next = pending == null ? chain.head() : null;
    boolean last = pending == null && next == null;
    boolean apart = last || next instanceof PixelOperation;
    long beside = last ? 0 : (long) header.width() * header.height() * channels;
    lease =
        ImageMemory.SHARED.take(header, ImageDecoder.memory(header, reduction, channels) + beside);
    canvas.begin(reduction);
    try {
      Plane[] planes =
          channels == 3 && apart && frame.resampled()
              ? decoder.planes(header, in, reduction, region)
              : null;
      if (planes == null) {
        decoder.decode(header, in, reduction, channels, region, canvas.pixels());
      } else {
        canvas.take(planes);
      }
    } catch (BadImageException e) {
      release();
      throw e;
    }
  }

  /** The second half: operates and normalises. */
  public void augment(FloatBuffer out) {
    try {
      Box box = finish();
      if (frame.transposed()) {
        canvas.cut(box, frame);
        box = Box.whole(height, width);
        frame = Frame.whole(height, width);
      }
      int at = out.position();
      normaliser.use(canvas.levels());
      normaliser.write(canvas.pixels(), box, frame.flipX(), frame.flipY(), out);
      for (RandomErasing erasing : erasings) {
        erasing.erase(out, at, height, width, channels, random);
      }
    } finally {
      release();
    }
  }

  /** The second half without normalising, for looking at: the pixels as [H, W, C]. */
  public void augment(PixelBuffer out) {
    try {
      Box box = finish();
      Renderer.cut(canvas.pixels(), box, frame, out);
      if (!canvas.levels().isIdentity()) {
        canvas.levels().apply(out, out);
      }
      for (RandomErasing erasing : erasings) {
        erasing.erase(out, mean, deviation, random);
      }
    } finally {
      release();
    }
  }

  /** Gives back what a large image took. */
  private void release() {
    if (lease != null && lease.large()) {
      decoder.release();
      canvas.release();
      lease.close();
    }
    lease = null;
  }

  /**
   * Makes all pixels; what is left is to send their levels through the table, to cut a box of them
   * and to turn it.
   */
  private Box finish() {
    operate();
    PixelBuffer pixels = canvas.pixels();
    if (frame.resampled()) {
      frame = canvas.resample(frame);
    } else if (!frame.window().inside(pixels.height(), pixels.width())) {
      canvas.recolour(); // what is black around the image stays black
    }
    return frame.window();
  }

  /** Does what cannot be part of the last frame. */
  private void operate() {
    while (pending != null || chain.head() != null) {
      canvas.render(frame);
      if (pending == null) {
        RandomGenerator own = chain.random();
        canvas.apply(chain.take(), own);
      }
      PixelBuffer pixels = canvas.pixels();
      frame = pending == null ? Frame.whole(pixels.height(), pixels.width()) : pending;
      pending = null;
      joinFrames();
    }
    AugmentRules.requireSize(frame.height(), frame.width(), height, width);
  }

  private void joinFrames() {
    while (pending == null && chain.head() instanceof Reframing operation) {
      RandomGenerator own = chain.random();
      chain.take();
      Frame drawn = operation.frame(frame.height(), frame.width(), own);
      Frame joined = frame.then(drawn);
      if (joined == null) {
        pending = drawn;
      } else {
        frame = joined;
      }
    }
  }

  @Override
  public void close() {
    release();
    decoder.close();
  }
}
