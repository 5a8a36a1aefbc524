package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.random.KeyedRandom;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
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

  @Property(tries = 200)
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
            new RandomResizedCrop(35, 36, 0.2, 0.9, 0.75, 1.3));
    List<ImageOperation> chain = new ArrayList<>();
    int count = (int) (random.nextDouble() * 4);
    while (chain.size() < count) {
      ImageOperation next = some.get((int) (random.nextDouble() * some.size()));
      if (next instanceof RandomCrop) {
        chain.add(new ResizeShortSide(38));
      }
      chain.add(next);
    }
    double last = random.nextDouble();
    chain.add(last < 0.5 ? new CenterCrop(16, 16) : new Resize(16, 16));
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
  void normalisesByChannel() {
    byte[] png = Samples.encode(Samples.photo(8, 9, 3, 1), "png");
    float[] out = run(List.of(), 8, 9, png, 0);
    byte[] pixels = Samples.pixels(Samples.photo(8, 9, 3, 1));
    for (int i = 0; i < out.length; i++) {
      double pixel = (pixels[i] & 0xff) / 255.0;
      assertThat(out[i]).isEqualTo((float) ((pixel - MEAN[i % 3]) / DEVIATION[i % 3]));
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
          .hasMessage("Invalid augment: gives 6 x 6 (must be the input's height x width, 5 x 6)");
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
    ImagePipeline.tryOn(chain, 28, 30, 3, 32, 32);
    assertThatThrownBy(() -> ImagePipeline.tryOn(chain, 28, 30, 3, 32, 30))
        .hasMessage("Invalid augment: gives 32 x 32 (must be the input's height x width, 32 x 30)");
    assertThatThrownBy(() -> ImagePipeline.tryOn(List.of(), 28, 30, 3, 28, 28))
        .hasMessage("Invalid augment: gives 28 x 30 (must be the input's height x width, 28 x 28)");
    assertThatThrownBy(
            () -> ImagePipeline.tryOn(List.of(new RandomCrop(32, 32, 1)), 28, 30, 3, 32, 32))
        .hasMessage("Cannot crop 32 x 32: the image is 28 x 30 with padding 1");
    ImagePipeline.tryOn(chain, 200_000, 100_000, 3, 32, 32); // no pixel is made
  }
}
