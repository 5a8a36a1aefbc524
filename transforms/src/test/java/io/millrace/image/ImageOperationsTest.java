package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.random.KeyedRandom;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ImageOperationsTest {
  private static final KeyedRandom RANDOM = new KeyedRandom();

  @Test
  void flippingTwiceIsTheImage() {
    PixelBuffer image = numbered(5, 4, 3);
    for (ImageOperation flip : List.of(new HorizontalFlip(1), new VerticalFlip(1))) {
      PixelBuffer once = apply(flip, image);
      assertThat(Samples.pixels(once)).isNotEqualTo(Samples.pixels(image));
      assertThat(Samples.pixels(apply(flip, once))).isEqualTo(Samples.pixels(image));
    }
  }

  @Test
  void operationsByHand() {
    PixelBuffer image = numbered(2, 3, 1); // 1 2 3 / 4 5 6
    assertThat(Samples.pixels(apply(new HorizontalFlip(1), image)))
        .containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(Samples.pixels(apply(new VerticalFlip(1), image))).containsExactly(4, 5, 6, 1, 2, 3);
    assertThat(Samples.pixels(apply(new HorizontalFlip(0), image)))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Samples.pixels(apply(new CenterCrop(2, 1), image))).containsExactly(2, 5);
    assertThat(Samples.pixels(apply(new CenterCrop(4, 3), image)))
        .containsExactly(0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0);
    assertThat(Samples.pixels(apply(new Resize(1, 1), image))).containsExactly(4);
  }

  @Property(tries = 400)
  void everyTurnOfEveryCutIsThatOfItsPixels(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 0, max = 1_000_000) int id) {
    KeyedRandom random = new KeyedRandom().key(9, 0, id);
    PixelBuffer image = numbered(height, width, id % 2 == 0 ? 3 : 1);
    int top = (int) (random.nextDouble() * (height + 50)) - 48;
    int left = (int) (random.nextDouble() * (width + 50)) - 48;
    Box box = new Box(top, left, 1 + (id / 8) % 37, 1 + (id / 16) % 41);
    Frame frame = new Frame(box, 0, 0, box, (id & 4) > 0, (id & 8) > 0, (id & 16) > 0);
    PixelBuffer out = new PixelBuffer().reshape(60, 60, 3);
    java.util.Arrays.fill(out.data(), (byte) 99); // of another image
    Renderer.cut(image, box, frame, out);
    assertThat(out.height()).isEqualTo(frame.height());
    assertThat(out.width()).isEqualTo(frame.width());
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        int turnedY = frame.flipY() ? out.height() - 1 - y : y;
        int turnedX = frame.flipX() ? out.width() - 1 - x : x;
        int row = top + (frame.transposed() ? turnedX : turnedY);
        int column = left + (frame.transposed() ? turnedY : turnedX);
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        for (int c = 0; c < image.channels(); c++) {
          int from = (row * width + column) * image.channels() + c;
          byte expected = inside ? image.data()[from] : 0;
          assertThat(out.data()[(y * out.width() + x) * image.channels() + c]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void flipsHappenAsOftenAsAsked() {
    int flips = 0;
    for (int id = 0; id < 4000; id++) {
      Frame frame = new HorizontalFlip(0.3).frame(8, 8, RANDOM.key(1, 0, id));
      flips += frame.flipX() ? 1 : 0;
    }
    assertThat(flips / 4000.0).isEqualTo(0.3, within(0.03));
  }

  @Property(tries = 300)
  void randomResizedCropStaysInsideAndInItsRanges(
      @ForAll @IntRange(min = 1, max = 300) int height,
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll @IntRange(min = 0, max = 1000) int id) {
    var crop = new RandomResizedCrop(500, 500, 0.08, 1, 0.75, 4.0 / 3);
    Frame frame = crop.frame(height, width, RANDOM.key(1, 0, id));
    Box region = frame.region();
    assertThat(region.inside(height, width)).isTrue();
    if (height >= 100 && width >= 100) {
      double aspect = (double) region.width() / region.height();
      assertThat(aspect).isBetween(0.72, 1.39);
    }
    assertThat(frame.window()).isEqualTo(Box.whole(500, 500));
  }

  @Test
  void randomResizedCropHasTheMeanAreaOfItsRange() {
    var crop = new RandomResizedCrop(500, 500, 0.1, 0.5, 0.75, 4.0 / 3);
    double share = 0;
    for (int id = 0; id < 4000; id++) {
      Box region = crop.frame(300, 300, RANDOM.key(2, 0, id)).region();
      share += region.height() * region.width() / 90_000.0 / 4000;
    }
    assertThat(share).isEqualTo(0.3, within(0.01));
  }

  @Test
  void randomResizedCropFallsBackToTheCentre() {
    var crop = new RandomResizedCrop(50, 50, 1, 1, 0.75, 4.0 / 3);
    assertThat(crop.frame(100, 400, RANDOM.key(1, 0, 0)).region())
        .isEqualTo(new Box(0, 133, 100, 133));
    assertThat(crop.frame(400, 90, RANDOM.key(1, 0, 0)).region())
        .isEqualTo(new Box(140, 0, 120, 90));
  }

  @Property(tries = 300)
  void randomCropStaysInsideThePaddedImage(
      @ForAll @IntRange(min = 20, max = 40) int side,
      @ForAll @IntRange(min = 0, max = 4) int padding,
      @ForAll @IntRange(min = 0, max = 1000) int id) {
    Frame frame = new RandomCrop(20, 18, padding).frame(side, side, RANDOM.key(1, 0, id));
    Box window = frame.window();
    assertThat(window.top()).isBetween(-padding, side + padding - 20);
    assertThat(window.left()).isBetween(-padding, side + padding - 18);
  }

  @Test
  void randomCropReachesEveryPlace() {
    var places = new ArrayList<List<Integer>>();
    for (int id = 0; id < 500; id++) {
      Box window = new RandomCrop(4, 4, 1).frame(4, 4, RANDOM.key(1, 0, id)).window();
      places.add(List.of(window.top(), window.left()));
    }
    assertThat(places.stream().distinct()).hasSize(9);
  }

  @Test
  void aCropLargerThanTheImageIsRefused() {
    assertThatThrownBy(() -> new RandomCrop(32, 30, 1).frame(28, 28, RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot crop 30 x 32: the image is 28 x 28 with padding 1");
  }

  @Test
  void componentsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new RandomCrop(0, 1, 0))
        .hasMessage("Invalid height: 0 (must be 1 to 65536)");
    assertThatThrownBy(() -> new RandomCrop(1, 1, -1))
        .hasMessage("Invalid padding: -1 (must be 0 to 65536)");
    assertThatThrownBy(() -> new HorizontalFlip(Double.NaN))
        .hasMessage("Invalid probability: NaN (must be 0 to 1)");
    assertThatThrownBy(() -> new RandomResizedCrop(1, 1, 0, 1, 1, 1))
        .hasMessage("Invalid scaleMin: 0.0 (must be above 0, at most 1)");
    assertThatThrownBy(() -> new RandomResizedCrop(1, 1, 0.5, 0.4, 1, 1))
        .hasMessage("Invalid scaleMax: 0.4 (must be scaleMin to 1)");
    assertThatThrownBy(() -> new RandomResizedCrop(1, 1, 0.5, 1, 2, 1))
        .hasMessage("Invalid ratioMax: 1.0 (must be >= ratioMin)");
  }

  private static PixelBuffer apply(ImageOperation operation, PixelBuffer in) {
    PixelBuffer out = new PixelBuffer();
    operation.apply(in, out, RANDOM.key(1, 0, 0));
    return out;
  }

  private static PixelBuffer numbered(int height, int width, int channels) {
    PixelBuffer image = new PixelBuffer().reshape(height, width, channels);
    for (int i = 0; i < height * width * channels; i++) {
      image.data()[i] = (byte) (i + 1);
    }
    return image;
  }
}
