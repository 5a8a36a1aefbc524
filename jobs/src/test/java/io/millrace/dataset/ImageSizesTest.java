package io.millrace.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.ImageSizes.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageSizesTest {
  @Test
  void theExtremesAreImagesThatAreThere() {
    ImageSizes sizes = union(List.of(new Size(6, 90), new Size(300, 7), new Size(40, 40)));
    assertThat(sizes.lowest()).isEqualTo(new Size(6, 90));
    assertThat(sizes.highest()).isEqualTo(new Size(300, 7));
    assertThat(sizes.narrowest()).isEqualTo(new Size(300, 7));
    assertThat(sizes.widest()).isEqualTo(new Size(6, 90));
    assertThat(sizes.steepest()).isEqualTo(new Size(300, 7));
    assertThat(sizes.flattest()).isEqualTo(new Size(6, 90));
    assertThat(sizes.all()).containsExactly(new Size(6, 90), new Size(300, 7));
  }

  @Test
  void neitherOrderNorGroupingMatters() {
    Random random = new Random(4);
    List<Size> sizes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sizes.add(new Size(1 + random.nextInt(9), 1 + random.nextInt(9)));
    }
    ImageSizes all = union(sizes);
    for (int trial = 0; trial < 50; trial++) {
      Collections.shuffle(sizes, random);
      int cut = 1 + random.nextInt(sizes.size() - 1);
      ImageSizes first = union(sizes.subList(0, cut));
      assertThat(union(sizes.subList(cut, sizes.size())).and(first)).isEqualTo(all);
    }
  }

  private static ImageSizes union(List<Size> sizes) {
    return sizes.stream()
        .map(size -> ImageSizes.of(size.height(), size.width()))
        .reduce(ImageSizes::and)
        .orElseThrow();
  }
}
