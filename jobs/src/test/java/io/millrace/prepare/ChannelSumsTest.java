package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.image.PixelBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelSumsTest {
  @Test
  void onePictureWeighsAsMuchAsAnotherHoweverLargeItIs() {
    ChannelSums sums = new ChannelSums();
    sums.add(flat(1000, 800, 255)); // one blank scan among small photographs
    for (int i = 0; i < 4; i++) {
      sums.add(flat(2, 2, 51));
    }
    assertThat(sums.mean(1).get(0)).isCloseTo((1 + 4 * 0.2) / 5, within(1e-15));
    assertThat(sums.deviation(1).get(0)).isCloseTo(0.32, within(1e-12));
  }

  @Test
  void picturesOfOneSizeWeighAsTheirPixelsDoToTheLastBit() {
    Random random = new Random(2);
    long[] sum = new long[3];
    long[] squares = new long[3];
    ChannelSums sums = new ChannelSums();
    for (int i = 0; i < 20; i++) {
      PixelBuffer image = picture(random, i % 2 == 0 ? 5 : 7, i % 2 == 0 ? 7 : 5, 3);
      for (int at = 0; at < 105; at++) {
        int level = image.data()[at] & 0xff;
        sum[at % 3] += level;
        squares[at % 3] += (long) level * level;
      }
      sums.add(ImageFacts.of(image));
    }
    long n = 20 * 35;
    for (int c = 0; c < 3; c++) {
      assertThat(sums.mean(3).get(c)).isEqualTo(sum[c] / (double) n / 255);
      double scaled = (double) (n * squares[c] - sum[c] * sum[c]);
      assertThat(sums.deviation(3).get(c)).isEqualTo(Math.sqrt(scaled) / n / 255);
    }
  }

  @Test
  void picturesOfAnySizeGiveTheMeanOfTheirMeansAndNoOrderChangesABit() {
    Random random = new Random(3);
    List<ImageFacts> facts = new ArrayList<>();
    double mean = 0;
    double square = 0;
    for (int i = 0; i < 40; i++) {
      PixelBuffer image =
          picture(random, 1 + random.nextInt(30), 1 + random.nextInt(30), i % 4 == 0 ? 1 : 3);
      facts.add(ImageFacts.of(image));
      int channels = image.channels();
      double pixels = image.height() * image.width();
      double own = 0;
      double ownSquare = 0;
      for (int at = 0; at < pixels * channels; at += channels) {
        double level = (image.data()[at] & 0xff) / 255.0;
        own += level / pixels;
        ownSquare += level * level / pixels;
      }
      mean += own / 40;
      square += ownSquare / 40;
    }
    ChannelSums all = sums(facts);
    assertThat(all.channels()).isEqualTo(3);
    assertThat(all.mean(3).get(0)).isCloseTo(mean, within(1e-12));
    assertThat(all.deviation(3).get(0)).isCloseTo(Math.sqrt(square - mean * mean), within(1e-12));
    for (int trial = 0; trial < 20; trial++) {
      Collections.shuffle(facts, random);
      int cut = random.nextInt(facts.size() + 1);
      ChannelSums other = sums(facts.subList(cut, facts.size())).add(sums(facts.subList(0, cut)));
      assertThat(other.mean(3)).isEqualTo(all.mean(3));
      assertThat(other.deviation(3)).isEqualTo(all.deviation(3));
    }
  }

  private static ChannelSums sums(List<ImageFacts> facts) {
    ChannelSums sums = new ChannelSums();
    facts.forEach(sums::add);
    return sums;
  }

  private static ImageFacts flat(int height, int width, int level) {
    PixelBuffer image = new PixelBuffer().reshape(height, width, 1);
    java.util.Arrays.fill(image.data(), (byte) level);
    return ImageFacts.of(image);
  }

  private static PixelBuffer picture(Random random, int height, int width, int channels) {
    PixelBuffer image = new PixelBuffer().reshape(height, width, channels);
    random.nextBytes(image.data());
    return image;
  }
}
