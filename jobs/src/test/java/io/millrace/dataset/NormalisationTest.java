package io.millrace.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NormalisationTest {
  @Test
  void aGreySetHasOneValueForAllChannels() {
    Normalisation grey = Normalisation.by(images(1, List.of(0.25), List.of(0.5)), 3);
    assertThat(grey.mean()).containsExactly(0.25f, 0.25f, 0.25f);
    assertThat(grey.deviation()).containsExactly(0.5f, 0.5f, 0.5f);
  }

  @Test
  void eachChannelOfAColourSetHasItsOwn() {
    var images = images(3, List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6));
    Normalisation colour = Normalisation.by(images, 3);
    assertThat(colour.mean()).containsExactly(0.1f, 0.2f, 0.3f);
    assertThat(colour.deviation()).containsExactly(0.4f, 0.5f, 0.6f);
  }

  @Test
  void noneLeavesPixelsAsTheyAre() {
    assertThat(Normalisation.none(2).mean()).containsExactly(0, 0);
    assertThat(Normalisation.none(2).deviation()).containsExactly(1, 1);
  }

  private static DatasetManifest.StoredImages images(
      int channels, List<Double> mean, List<Double> deviation) {
    return new DatasetManifest.StoredImages(8, 8, channels, mean, deviation);
  }
}
