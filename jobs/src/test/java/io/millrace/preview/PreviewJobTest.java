package io.millrace.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImagePipeline;
import io.millrace.image.PixelBuffer;
import io.millrace.random.KeyedRandom;
import io.millrace.run.Prepared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewJobTest {
  private static final Pattern PICTURE = Pattern.compile("data:image/png;base64,([^\"]+)\"");

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 0);
    Prepared.by(config("set"));
  }

  private static RunConfig config(String set, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: shown
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/%2$s, blockRows: 4, fileBlocks: 3, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, {brightness: {max: 1.1}}]
        """
            .formatted(folder, set),
        List.of(overrides));
  }

  private static String page(RunConfig config, PreviewJob.Extent extent) throws IOException {
    List<String> lines = PreviewJob.run(config, extent, "preview", new Configuration());
    String last = lines.get(lines.size() - 1);
    assertThat(last)
        .isEqualTo(
            "images=%d draws=%d page=file:%s/out/shown/preview/preview.html"
                .formatted(extent.images(), extent.draws(), folder));
    return Files.readString(folder.resolve("out/shown/preview/preview.html"));
  }

  private static List<byte[]> pictures(String html) {
    List<byte[]> pictures = new ArrayList<>();
    Matcher matcher = PICTURE.matcher(html);
    try (ImageDecoder decoder = new ImageDecoder()) {
      while (matcher.find()) {
        byte[] png = Base64.getDecoder().decode(matcher.group(1));
        PixelBuffer pixels = new PixelBuffer();
        decoder.decode(png, 0, png.length, 1, pixels);
        pictures.add(Arrays.copyOf(pixels.data(), pixels.height() * pixels.width()));
      }
    }
    return pictures;
  }

  @Test
  void drawsAreThoseOfTheEpochsOfARun() throws IOException {
    RunConfig config = config("set");
    List<byte[]> shown = pictures(page(config, new PreviewJob.Extent(3, 2, 4, 1)));
    PreviewImages found = PreviewImages.of(config, 3, new Configuration());
    assertThat(found.prepared()).isTrue();
    for (int i = 0; i < 3; i++) {
      byte[] png = found.images().get(i).encoded();
      for (int draw = 0; draw < 2; draw++) {
        PixelBuffer seen = new PixelBuffer();
        try (ImagePipeline pipeline =
            new ImagePipeline(config.augment(), 8, 8, 1, new float[1], new float[] {1})) {
          KeyedRandom random = new KeyedRandom().key(1, 3 + draw, found.images().get(i).id());
          pipeline.decode(png, 0, png.length, random);
          pipeline.augment(seen);
        }
        assertThat(shown.get(3 * i + 1 + draw)).isEqualTo(Arrays.copyOf(seen.data(), 64));
      }
    }
  }

  @Test
  void stepsEndWithWhatTheNetworkSees() throws IOException {
    String html = page(config("set"), new PreviewJob.Extent(3, 2, 4, 1));
    List<byte[]> shown = pictures(html);
    assertThat(shown).hasSize(3 * 3 + 3 * 3);
    for (int i = 0; i < 3; i++) {
      assertThat(shown.get(9 + i)).as("as stored").isEqualTo(shown.get(3 * i));
      assertThat(shown.get(9 + 6 + i)).as("the last step").isEqualTo(shown.get(3 * i + 1));
      assertThat(shown.get(9 + 3 + i)).as("the first").isNotEqualTo(shown.get(9 + 6 + i));
    }
    assertThat(html)
        .contains("1. random_crop <small>height 8, width 8, padding 1; 8 wide, 8 high</small>")
        .contains("2. brightness <small>min 0.6, max 1.1, probability 1.0; 8 wide, 8 high</small>")
        .doesNotContain("not prepared yet");
  }

  @Test
  void sizesSayWhichIsTheWidth() throws IOException {
    RunConfig wide = config("set", "input.width=12", "augment=[{resize: {height: 8, width: 12}}]");
    assertThat(page(wide, new PreviewJob.Extent(1, 1, 1, 1)))
        .contains("12 wide, 8 high, 1 channel", "1. resize <small>", "; 12 wide, 8 high</small>");
  }

  @Test
  void anotherSeedOrEpochIsAnotherDraw() throws IOException {
    List<byte[]> first = pictures(page(config("set"), new PreviewJob.Extent(1, 2, 1, 1)));
    List<byte[]> later = pictures(page(config("set"), new PreviewJob.Extent(1, 2, 2, 1)));
    List<byte[]> other = pictures(page(config("set"), new PreviewJob.Extent(1, 2, 1, 2)));
    assertThat(later.get(1)).isEqualTo(first.get(2));
    assertThat(first.get(1)).isNotEqualTo(first.get(2));
    assertThat(other.get(1)).isNotEqualTo(first.get(1));
    assertThat(other.get(0)).isEqualTo(first.get(0));
  }

  @Test
  void withoutASetTheSourceIsShown() throws IOException {
    String html = page(config("none"), new PreviewJob.Extent(5, 1, 1, 1));
    assertThat(html).contains("not prepared yet", "images of the source " + folder + "/lake");
    assertThat(pictures(html)).hasSize(5 * 2 + 5 * 3);
    PreviewImages found = PreviewImages.of(config("none"), 5, new Configuration());
    assertThat(found.images()).extracting(PreviewImage::label).contains("0", "1", "2");
    assertThat(found.fed().mean()[0]).isBetween(0.2f, 0.8f);
  }

  @Test
  void mixingIsShownAsAnUpdateDoesIt() throws IOException {
    String html =
        page(config("set", "loss.mixing={cutmix: {alpha: 1}}"), new PreviewJob.Extent(4, 2, 1, 1));
    List<byte[]> shown = pictures(html);
    assertThat(html).contains("<h2>Mixed</h2>", "cutmix alpha 1.0: the first image with the last");
    List<byte[]> seen = List.of(shown.get(1), shown.get(4), shown.get(7), shown.get(10));
    List<byte[]> mixed = shown.subList(4 * 3 + 4 * 3, 4 * 3 + 4 * 3 + 4);
    for (int i = 0; i < 4; i++) {
      for (int p = 0; p < 64; p++) {
        assertThat(mixed.get(i)[p]).isIn(seen.get(i)[p], seen.get(3 - i)[p]);
      }
    }
    assertThat(mixed).isNotEqualTo(seen);
  }

  @Test
  void whatCannotBeShownIsSaidInOneLine() {
    var extent = new PreviewJob.Extent(1, 1, 1, 1);
    assertThatThrownBy(() -> page(config("none", "source.path=null"), extent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot preview: there is no prepared data set at %s/none, and source.path is not given",
            folder);
    assertThatThrownBy(() -> page(config("none", "source.path=null", "dataset.path=null"), extent))
        .hasMessage("Cannot preview: neither dataset.path nor source.path is given");
    assertThatThrownBy(() -> page(config("set", "augment=[]"), extent))
        .hasMessage("Invalid augment: gives 9 x 10 (must be the input's width x height, 8 x 8)");
    assertThatThrownBy(() -> new PreviewJob.Extent(1, 5, Integer.MAX_VALUE - 3, 1))
        .hasMessage("Invalid --epoch: 2147483644 (must be 1 to 2147483643)");
    assertThat(new PreviewJob.Extent(1, 5, Integer.MAX_VALUE - 4, 1).draws()).isEqualTo(5);
  }

  @Test
  void oneImageAloneIsSaidNotToBeMixed() throws IOException {
    assertThat(page(config("set", "loss.mixing=mixup"), new PreviewJob.Extent(1, 1, 1, 1)))
        .contains("One image has none to be mixed with")
        .doesNotContain("<h2>Mixed</h2>");
  }
}
