package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.random.KeyedRandom;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePipelineTest {
  private static final float[] MEAN = {0.4f, 0.5f, 0.6f};
  private static final float[] DEVIATION = {0.2f, 0.25f, 0.3f};

  /** Keeps an operation from being joined with its neighbours. */
  private record Alone(ImageOperation operation) implements ImageOperation {
    @Override
    public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
      operation.apply(in, out, random);
    }
  }

  @Property(tries = 400)
  void aFusedChainGivesTheBytesOfItsOperationsOneByOne(
      @ForAll @IntRange(min = 0, max = 1_000_000) int id) {
    List<ImageOperation> chain = chain(new KeyedRandom().key(5, 0, id));
    List<ImageOperation> alone = new ArrayList<>();
    chain.forEach(operation -> alone.add(new Alone(operation)));
    byte[] png = Samples.encode(Samples.photo(37, 41, 3, id % 3), "png");
    assertThat(run(chain, 16, 16, png, id)).as("%s", chain).isEqualTo(run(alone, 16, 16, png, id));
  }

  private static List<ImageOperation> chain(RandomGenerator random) {
    List<ImageOperation> some =
        List.of(
            new HorizontalFlip(0.5),
            new VerticalFlip(0.5),
            new RandomCrop(30, 33, 4),
            new RandomCrop(29, 29, 0),
            new ResizeShortSide(40),
            new CenterCrop(34, 31),
            new CenterCrop(44, 46),
            new RandomResizedCrop(35, 36, 0.2, 0.9, 0.75, 1.3),
            new QuarterTurn(List.of(1, 2, 3), 0.9),
            new RandomScale(0.7, 1.2, 0.8),
            new Rotate(-30, 30, Interpolation.BILINEAR, 3, true, 0.8),
            new Brightness(0.5, 1.5, 0.8),
            new Contrast(0.5, 1.5, 0.8),
            new PcaLighting(0.2, 0.8),
            new Saturation(0.5, 1.5, 0.8),
            new GaussianBlur(0.5, 1, 3, 0.8),
            new RandAugment(3, 12, 31, Interpolation.NEAREST, 0.9),
            new Sometimes(List.of(new QuarterTurn(List.of(1), 1), new Contrast(0, 2, 1)), 0.5),
            new RandomChoice(
                List.of(new Hue(-0.5, 0.5, 1), new HorizontalFlip(1)), List.of(), 0.9));
    List<ImageOperation> chain = new ArrayList<>();
    int count = (int) (random.nextDouble() * 6);
    while (chain.size() < count) {
      ImageOperation next = some.get((int) (random.nextDouble() * some.size()));
      if (next instanceof RandomCrop) {
        chain.add(new ResizeShortSide(38));
      }
      chain.add(next);
    }
    double last = random.nextDouble();
    chain.add(last < 0.5 ? new CenterCrop(16, 16) : new Resize(16, 16));
    if (last > 0.3 && last < 0.8) {
      chain.addAll(
          List.of(new Brightness(0.5, 1.5, 1), new PcaLighting(0.2, 1), new HorizontalFlip(0.5)));
    }
    return chain;
  }

  @Test
  void sameKeySameBytesAndAnotherKeyOthers() {
    List<ImageOperation> chain =
        List.of(new RandomResizedCrop(24, 24, 0.08, 1, 0.75, 1.3333), new HorizontalFlip(0.5));
    byte[] jpeg = Samples.encode(Samples.photo(90, 120, 3, 1), "jpg");
    assertThat(run(chain, 24, 24, jpeg, 7)).isEqualTo(run(chain, 24, 24, jpeg, 7));
    assertThat(run(chain, 24, 24, jpeg, 7)).isNotEqualTo(run(chain, 24, 24, jpeg, 8));
  }

  /** Where RGB is not clipped, resampling luma and chroma apart gives the same but for rounding. */
  @ParameterizedTest
  @ValueSource(strings = {"s444", "s422", "s420", "s420-odd", "s422-restart"})
  void resamplingLumaAndChromaApartIsCloseToResamplingPixels(String name) throws Exception {
    byte[] jpeg = BaselineDecoderTest.sample(name).data();
    var crop = new RandomResizedCrop(24, 24, 0.08, 1, 0.75, 1.3333);
    for (int id = 0; id < 30; id++) {
      float[] apart = run(List.of(crop, new HorizontalFlip(0.5)), 24, 24, jpeg, id);
      float[] pixels = run(List.of(new Alone(crop), new HorizontalFlip(0.5)), 24, 24, jpeg, id);
      double sum = 0;
      for (int i = 0; i < apart.length; i++) {
        sum += Math.abs(apart[i] - pixels[i]) * DEVIATION[i % 3] * 255;
      }
      assertThat(sum / apart.length).as("mean difference in levels, id %d", id).isLessThan(1.5);
    }
  }

  @Test
  void pixelsToLookAtAreThoseThatAreNormalised() {
    List<ImageOperation> chain =
        List.of(
            new RandomResizedCrop(12, 12, 0.5, 1, 1, 1),
            new Contrast(0.5, 1.5, 1),
            new QuarterTurn(List.of(1), 1),
            new Brightness(0.5, 1.5, 1));
    byte[] png = Samples.encode(Samples.photo(20, 30, 3, 1), "png");
    for (int id = 0; id < 10; id++) {
      float[] normalised = run(chain, 12, 12, png, id);
      PixelBuffer seen = new PixelBuffer();
      try (var pipeline = new ImagePipeline(chain, 12, 12, 3, MEAN, DEVIATION)) {
        pipeline.decode(png, 0, png.length, new KeyedRandom().key(1, 0, id));
        pipeline.augment(seen);
      }
      for (int i = 0; i < normalised.length; i++) {
        double pixel = (seen.data()[i] & 0xff) / 255.0;
        assertThat(normalised[i]).isEqualTo((float) ((pixel - MEAN[i % 3]) / DEVIATION[i % 3]));
      }
    }
  }

  @Test
  void erasingActsOnWhatIsNormalisedAndOnNothingElse() {
    List<ImageOperation> before = List.of(new CenterCrop(12, 14));
    var erasing = new RandomErasing(0.1, 0.4, 0.5, 2, RandomErasing.Fill.MEAN, 1);
    byte[] png = Samples.encode(Samples.photo(12, 14, 3, 1), "png");
    float[] whole = run(before, 12, 14, png, 0);
    Set<Integer> erased = new HashSet<>();
    for (int id = 0; id < 40; id++) {
      float[] out = run(List.of(before.get(0), erasing), 12, 14, png, id);
      int zeros = 0;
      for (int i = 0; i < out.length; i++) {
        assertThat(out[i]).isIn(0f, whole[i]);
        zeros += out[i] == 0 ? 1 : 0;
        if (out[i] == 0) {
          erased.add(i);
        }
      }
      assertThat(zeros / 3.0 / (12 * 14)).isBetween(0.07, 0.46);
    }
    assertThat(erased).as("boxes are everywhere").hasSizeGreaterThan(12 * 14 * 3 * 9 / 10);
  }

  @Test
  void erasedPixelsToLookAtHaveTheMeanColour() {
    var erasing = new RandomErasing(0.3, 0.3, 1, 1, RandomErasing.Fill.MEAN, 1);
    byte[] png = Samples.encode(Samples.photo(12, 14, 3, 1), "png");
    PixelBuffer seen = new PixelBuffer();
    try (var pipeline = new ImagePipeline(List.of(erasing), 12, 14, 3, MEAN, DEVIATION)) {
      pipeline.decode(png, 0, png.length, new KeyedRandom().key(1, 0, 0));
      pipeline.augment(seen);
    }
    int mean = 0;
    for (int i = 0; i < 12 * 14 * 3; i += 3) {
      byte[] pixel = Arrays.copyOfRange(seen.data(), i, i + 3);
      mean += Arrays.equals(pixel, new byte[] {102, (byte) 128, (byte) 153}) ? 1 : 0;
    }
    assertThat(mean).isEqualTo(7 * 7); // round(sqrt(50.4))
  }

  @Test
  void noiseIsNormalAfterNormalising() {
    var erasing = new RandomErasing(0.9, 0.9, 1, 1, RandomErasing.Fill.NOISE, 1);
    byte[] png = Samples.encode(Samples.photo(100, 100, 3, 1), "png");
    float[] whole = run(List.of(), 100, 100, png, 0);
    float[] out = run(List.of(erasing), 100, 100, png, 0);
    double sum = 0;
    double squares = 0;
    int erased = 0;
    for (int i = 0; i < out.length; i++) {
      if (out[i] != whole[i]) {
        erased++;
        sum += out[i];
        squares += out[i] * out[i];
      }
    }
    assertThat(erased).isBetween(95 * 95 * 3 - 50, 95 * 95 * 3);
    assertThat(sum / erased).isCloseTo(0, within(0.03));
    assertThat(squares / erased).isCloseTo(1, within(0.03));
  }

  @Test
  void whatCannotFollowOnNormalisedNumbersIsRefused() {
    var erasing = new RandomErasing(0.3, 0.3, 1, 1, RandomErasing.Fill.MEAN, 1);
    assertThatThrownBy(() -> grey(List.of(erasing, new HorizontalFlip(1)), 8, 8))
        .hasMessage(
            "Invalid augment[1]: horizontal_flip (must stand before augment[0], random_erasing:"
                + " that acts on what is normalised)");
    assertThatThrownBy(() -> grey(List.of(new PcaLighting(0.1, 1)), 8, 8))
        .hasMessage(
            "Invalid augment[0]: pca_lighting (must be left out where images have 1 channel)");
  }

  @Test
  void everySizeThatMayBeDrawnIsTried() {
    List<ImageOperation> turn = List.of(new QuarterTurn(List.of(1), 0.01));
    AugmentRules.tryOn(turn, 32, 32, 3, 32, 32);
    assertThatThrownBy(() -> AugmentRules.tryOn(turn, 32, 30, 3, 32, 30))
        .hasMessage("Invalid augment: gives 32 x 30 (must be the input's width x height, 30 x 32)");
    List<ImageOperation> scaled = List.of(new RandomScale(0.5, 1, 1), new RandomCrop(32, 32, 0));
    AugmentRules.tryOn(scaled, 64, 65, 3, 32, 32);
    assertThatThrownBy(() -> AugmentRules.tryOn(scaled, 62, 65, 3, 32, 32))
        .hasMessage("Cannot crop 32 x 32: the image is 32 x 31 with padding 0");
    List<ImageOperation> own = List.of(new Alone(new Resize(5, 6)), new Alone(turn.get(0)));
    AugmentRules.tryOn(own, 62, 65, 3, 5, 6); // others' operations are tried on an image
  }

  @Test
  void normalisesByChannel() {
    byte[] png = Samples.encode(Samples.photo(8, 9, 3, 1), "png");
    float[] out = run(List.of(), 8, 9, png, 0);
    byte[] pixels = Samples.pixels(Samples.photo(8, 9, 3, 1));
    for (int i = 0; i < out.length; i++) {
      double pixel = (pixels[i] & 0xff) / 255.0;
      assertThat(out[i]).isEqualTo((float) ((pixel - MEAN[i % 3]) / DEVIATION[i % 3]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCropThatMissesTheImageIsBlack(int channels) {
    byte[] png = Samples.encode(Samples.photo(2, 3, channels, 1), "png");
    float[] zero = new float[channels];
    float[] one = new float[channels];
    Arrays.fill(one, 1);
    for (int id = 0; id < 200; id++) {
      RandomCrop crop = new RandomCrop(5, 4, 9);
      PixelBuffer pixels = new PixelBuffer();
      FloatBuffer numbers = FloatBuffer.allocate(5 * 4 * channels);
      List<ImageOperation> operations = List.of(crop, new HorizontalFlip(0.5));
      try (var pipeline = new ImagePipeline(operations, 5, 4, channels, zero, one)) {
        pipeline.decode(png, 0, png.length, new KeyedRandom().key(1, 0, id));
        pipeline.augment(pixels);
        pipeline.run(png, 0, png.length, new KeyedRandom().key(1, 0, id), numbers);
      }
      for (int i = 0; i < numbers.capacity(); i++) {
        assertThat(numbers.get(i)).isEqualTo((float) ((pixels.data()[i] & 0xff) / 255.0));
      }
    }
  }

  @Test
  void writesAtThePositionOfTheBuffer() {
    byte[] png = Samples.encode(Samples.photo(4, 4, 1, 1), "png");
    FloatBuffer out = FloatBuffer.allocate(20).position(3);
    try (var pipeline = grey(List.of(), 4, 4)) {
      pipeline.run(png, 0, png.length, new KeyedRandom(), out);
    }
    assertThat(out.position()).isEqualTo(19);
    assertThat(out.get(2)).isZero();
    assertThat(out.get(19)).isZero();
  }

  @Test
  void evaluationTakesTheCentreOfTheShare() {
    byte[] png = Samples.encode(Samples.photo(60, 80, 3, 1), "png");
    var byHand = List.<ImageOperation>of(new ResizeShortSide(32), new CenterCrop(28, 28));
    FloatBuffer out = FloatBuffer.allocate(28 * 28 * 3);
    try (var pipeline = ImagePipeline.evaluation(0.875, 28, 28, 3, MEAN, DEVIATION)) {
      pipeline.run(png, 0, png.length, new KeyedRandom(), out);
    }
    assertThat(out.array()).isEqualTo(run(byHand, 28, 28, png, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 20, 33})
  void evaluationOfAnImageOfTheRightSizeIsTheImage(int side) {
    byte[] png = Samples.encode(Samples.photo(side, side, 1, 1), "png");
    PixelBuffer out = new PixelBuffer();
    try (var pipeline =
        ImagePipeline.evaluation(1, side, side, 1, new float[] {0}, new float[] {1})) {
      pipeline.decode(png, 0, png.length, new KeyedRandom());
      pipeline.augment(out);
    }
    assertThat(Samples.pixels(out)).isEqualTo(Samples.pixels(Samples.photo(side, side, 1, 1)));
  }

  @Test
  void aChainThatMissesTheInputSizeIsRefused() {
    byte[] png = Samples.encode(Samples.photo(8, 9, 1, 1), "png");
    try (var pipeline = grey(List.of(new CenterCrop(6, 6)), 5, 6)) {
      assertThatThrownBy(() -> pipeline.run(png, 0, png.length, new KeyedRandom(), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid augment: gives 6 x 6 (must be the input's width x height, 6 x 5)");
    }
  }

  @Test
  void meanAndDeviationMustFitTheChannels() {
    assertThatThrownBy(() -> new ImagePipeline(List.of(), 1, 1, 3, new float[1], DEVIATION))
        .hasMessage("Invalid mean and deviation: 1 and 3 values (must be 3, one a channel)");
    assertThatThrownBy(() -> new ImagePipeline(List.of(), 1, 1, 1, new float[1], new float[1]))
        .hasMessage("Invalid mean and deviation: 0.0 and 0.0 (must be finite, deviation > 0)");
  }

  private static ImagePipeline grey(List<ImageOperation> operations, int height, int width) {
    return new ImagePipeline(operations, height, width, 1, new float[] {0}, new float[] {1});
  }

  private static float[] run(
      List<ImageOperation> operations, int height, int width, byte[] encoded, int id) {
    FloatBuffer out = FloatBuffer.allocate(height * width * 3);
    try (var pipeline = new ImagePipeline(operations, height, width, 3, MEAN, DEVIATION)) {
      pipeline.run(encoded, 0, encoded.length, new KeyedRandom().key(1, 0, id), out);
    }
    return out.array();
  }

  @Test
  void operationsAreTriedBeforeTheyRun() {
    List<ImageOperation> chain = List.of(new ResizeShortSide(32), new RandomCrop(32, 32, 2));
    AugmentRules.tryOn(chain, 28, 30, 3, 32, 32);
    assertThatThrownBy(() -> AugmentRules.tryOn(chain, 28, 30, 3, 32, 30))
        .hasMessage("Invalid augment: gives 32 x 32 (must be the input's width x height, 30 x 32)");
    assertThatThrownBy(() -> AugmentRules.tryOn(List.of(), 28, 30, 3, 28, 28))
        .hasMessage("Invalid augment: gives 30 x 28 (must be the input's width x height, 28 x 28)");
    assertThatThrownBy(
            () -> AugmentRules.tryOn(List.of(new RandomCrop(32, 32, 1)), 28, 30, 3, 32, 32))
        .hasMessage("Cannot crop 32 x 32: the image is 30 x 28 with padding 1");
    AugmentRules.tryOn(chain, 200_000, 100_000, 3, 32, 32); // no pixel is made
  }
}
