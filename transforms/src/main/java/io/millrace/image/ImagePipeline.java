package io.millrace.image;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
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
  private final LevelTable levels;
  private final ImageDecoder decoder = new ImageDecoder();
  private Renderer renderer = new Renderer();
  private PixelBuffer current = new PixelBuffer();
  private PixelBuffer spare = new PixelBuffer();
  private RandomGenerator random;
  private int reduction;
  private Frame frame;
  private Frame pending;
  private Plane[] planes;
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
    this.levels = new LevelTable(channels);
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
   * Tries operations on an image of {@code imageHeight x imageWidth}, so that what cannot work is
   * known before anything runs. Pixels are made only for an operation that cannot tell a size.
   *
   * @throws IllegalArgumentException if one cannot take such an image, or all together do not give
   *     {@code height x width}
   */
  public static void tryOn(
      List<ImageOperation> operations,
      int imageHeight,
      int imageWidth,
      int channels,
      int height,
      int width) {
    Set<ImageSize> sizes = Set.of(new ImageSize(imageHeight, imageWidth));
    for (ImageOperation operation : operations) {
      sizes = AugmentRules.sizes(operation, sizes, channels);
    }
    for (ImageSize size : sizes) {
      requireSize(size.height(), size.width(), height, width);
    }
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
    levels.reset();
    pending = null;
    frame = Frame.whole(header.uprightHeight(), header.uprightWidth());
    joinFrames();
    reduction = header.format() == ImageFormat.JPEG ? reduction(frame) : 1;
    Box needed = frame.resampled() ? frame.region() : frame.window();
    Box region = needed.clipped(header.uprightHeight(), header.uprightWidth());
    ByteReader in = new ByteReader(encoded, offset, length);
    ImageOperation next = pending == null ? chain.head() : null;
    boolean last = pending == null && next == null;
    boolean apart = last || next instanceof PixelOperation;
    long beside = last ? 0 : (long) header.width() * header.height() * channels;
    lease =
        ImageMemory.SHARED.take(header, ImageDecoder.memory(header, reduction, channels) + beside);
    try {
      planes =
          channels == 3 && apart && frame.resampled()
              ? decoder.planes(header, in, reduction, region)
              : null;
      if (planes == null) {
        decoder.decode(header, in, reduction, channels, region, current);
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
        Renderer.cut(current, box, frame, spare);
        swap();
        box = Box.whole(height, width);
        frame = Frame.whole(height, width);
      }
      int at = out.position();
      normaliser.use(levels);
      normaliser.write(current, box, frame.flipX(), frame.flipY(), out);
      for (RandomErasing erasing : erasings) {
        erasing.erase(out, at, height, width, levels.channels(), random);
      }
    } finally {
      release();
    }
  }

  /** The second half without normalising, for looking at: the pixels as [H, W, C]. */
  public void augment(PixelBuffer out) {
    try {
      Box box = finish();
      Renderer.cut(current, box, frame, out);
      if (!levels.isIdentity()) {
        levels.apply(out, out);
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
      renderer = new Renderer();
      current.release();
      spare.release();
      planes = null;
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
    if (frame.resampled()) {
      resample();
    } else if (!frame.window().inside(current.height(), current.width())) {
      recolour(); // what is black around the image stays black
    }
    return frame.window();
  }

  /** Resamples the frame; its turn is what is left of it. */
  private void resample() {
    recolour();
    if (planes == null) {
      renderer.resample(current, reduction, frame, spare);
    } else {
      renderer.resample(planes, frame, spare);
    }
    swap();
    planes = null;
    reduction = 1;
    frame = frame.turnOfWindow();
  }

  /** Sends the levels of all pixels through the table. */
  private void recolour() {
    if (!levels.isIdentity()) {
      levels.apply(current, current);
      levels.reset();
    }
  }

  /** Does what cannot be part of the last frame. */
  private void operate() {
    while (pending != null || chain.head() != null) {
      if (!frame.identity()) {
        render();
      }
      if (pending == null) {
        operateOnce();
      }
      frame = pending == null ? Frame.whole(current.height(), current.width()) : pending;
      pending = null;
      joinFrames();
    }
    requireSize(frame.height(), frame.width(), height, width);
  }

  /** Makes the pixels of the frame. */
  private void render() {
    recolour();
    if (frame.resampled()) {
      resample();
    }
    if (!frame.identity()) {
      Renderer.cut(current, frame.window(), frame, spare);
      swap();
    }
  }

  private void operateOnce() {
    RandomGenerator own = chain.random();
    ImageOperation operation = chain.take();
    if (operation instanceof Recolouring recolouring) {
      recolouring.recolour(current, levels, own);
    } else {
      recolour();
      operation.apply(current, spare, own);
      swap();
    }
  }

  private static void requireSize(int givenHeight, int givenWidth, int height, int width) {
    if (givenHeight != height || givenWidth != width) {
      throw new IllegalArgumentException(
          "Invalid augment: gives %d x %d (must be the input's width x height, %d x %d)"
              .formatted(givenWidth, givenHeight, width, height));
    }
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

  /** The largest reduction that leaves the region at least as large as what it is resampled to. */
  private static int reduction(Frame frame) {
    Box region = frame.region();
    for (int reduction = 8; frame.resampled() && reduction > 1; reduction /= 2) {
      if (region.height() >= reduction * frame.scaledHeight()
          && region.width() >= reduction * frame.scaledWidth()) {
        return reduction;
      }
    }
    return 1;
  }

  private void swap() {
    PixelBuffer kept = current;
    current = spare;
    spare = kept;
  }

  @Override
  public void close() {
    release();
    decoder.close();
  }
}
