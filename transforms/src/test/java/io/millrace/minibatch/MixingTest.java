package io.millrace.minibatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.minibatch.LabelSmoothing.Among;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Cutmix and when minibatches are mixed, held against timm's rule in numpy. */
class MixingTest {
  private static JsonNode oracle;

  @BeforeAll
  static void read() throws Exception {
    try (InputStream in = MixingTest.class.getResourceAsStream("/oracles/targets_recipe.json")) {
      oracle = new ObjectMapper().readTree(in);
    }
  }

  @Test
  void boxesAgreeWithTheTable() {
    JsonNode boxes = oracle.get("cutmix_boxes").get("boxes");
    assertThat(boxes).hasSize(12);
    for (JsonNode row : boxes) {
      int height = row.get("height").asInt();
      int width = row.get("width").asInt();
      Cutmix.Box box =
          Cutmix.box(
              row.get("lambda").asDouble(),
              row.get("centre_y").asInt(),
              row.get("centre_x").asInt(),
              height,
              width);
      assertThat(box).isEqualTo(box(row.get("box_y0_y1_x0_x1")));
      assertThat(box.outside(height, width))
          .isEqualTo(row.get("lambda_corrected").asDouble(), within(1e-15));
    }
  }

  @Test
  void pastedImagesAndTheirTargetsAgreeWithTheTable() {
    JsonNode table = oracle.get("mixed_minibatch");
    ImageRows images = images(table.get("images_nchw"));
    Cutmix.Box box = box(table.get("cutmix").get("box_y0_y1_x0_x1"));
    Cutmix.paste(images, box);
    assertThat(images.pixels().array())
        .containsExactly(images(table.get("cutmix_images")).pixels().array());
    double own = box.outside(images.height(), images.width());
    assertRows(mixed(table.get("labels"), 4, 0, own), table.get("cutmix_targets"));
  }

  @Test
  void mixedImagesAndTheirTargetsAgreeWithTheTable() {
    JsonNode table = oracle.get("mixed_minibatch");
    ImageRows images = images(table.get("images_nchw"));
    double lambda = table.get("mixup_lambda").asDouble();
    Mixup.mix(images.pixels(), images.examples(), images.length(), lambda);
    assertThat(images.pixels().array())
        .containsExactly(images(table.get("mixup_images")).pixels().array(), within(2e-5f));
    assertRows(mixed(table.get("labels"), 4, 0, lambda), table.get("mixup_targets"));
  }

  @Test
  void targetsOfCutmixAgreeWithTheTableSmoothedAndNot() {
    double own = oracle.get("cutmix").get("lambda_corrected").asDouble();
    JsonNode labels = oracle.get("labels");
    assertRows(mixed(labels, 10, 0, own), oracle.get("cutmix").get("targets"));
    assertRows(mixed(labels, 10, 0.1, own), oracle.get("cutmix_smoothing_0.1").get("targets"));
  }

  @Test
  void smoothingAmongTheOtherClassesAgreesWithTheTable() {
    FloatBuffer targets = FloatBuffer.allocate(60);
    LabelSmoothing smoothing = new LabelSmoothing(0.1, Among.OTHERS);
    oracle.get("labels").forEach(label -> smoothing.write(label.asInt(), 10, targets));
    assertRows(targets, oracle.get("smoothing_0.1_over_K_minus_1").get("targets"));
  }

  @Test
  void cutmixKeepsWhatItsTargetsSay() {
    Cutmix cutmix = new Cutmix(1);
    for (int update = 0; update < 50; update++) {
      ImageRows images = numbered(5, 6, 7, 3);
      double own = cutmix.mix(images, 4, update);
      int ofOwn = 0;
      for (int i = 0; i < images.length(); i++) {
        ofOwn += images.pixels().get(i) == 0 ? 1 : 0;
      }
      assertThat((double) ofOwn / images.length()).isEqualTo(own, within(1e-12));
      for (int i = 0; i < images.length(); i++) {
        assertThat(images.pixels().get(2 * images.length() + i)).isEqualTo(2); // the middle one
        assertThat(images.pixels().get(i) + images.pixels().get(4 * images.length() + i))
            .isEqualTo(4);
      }
    }
  }

  @Test
  void theCentreOfABoxIsUniformOverAllPixels() {
    int[] rows = new int[4];
    int[] columns = new int[5];
    for (int update = 0; update < 20_000; update++) {
      Cutmix.Box box = new Cutmix(1e-3).box(9, update, 4, 5); // lambda is 0 or 1, all or nothing
      if (box.top() == box.bottom()) {
        rows[box.top()]++;
        columns[box.left()]++;
      }
    }
    int empty = rows[0] + rows[1] + rows[2] + rows[3];
    assertThat(empty).isBetween(9_500, 10_500);
    for (int count : rows) {
      assertThat(count / (double) empty).isEqualTo(1 / 4.0, within(0.02));
    }
    for (int count : columns) {
      assertThat(count / (double) empty).isEqualTo(1 / 5.0, within(0.02));
    }
  }

  @Test
  void boxesNeverChange() {
    assertThat(new Cutmix(1).box(1, 0, 32, 32)).isEqualTo(FIRST);
    assertThat(new Cutmix(1).box(1, 1, 32, 32)).isEqualTo(SECOND);
    assertThat(new Cutmix(1).box(2, 0, 32, 32)).isNotEqualTo(FIRST);
  }

  private static final Cutmix.Box FIRST = new Cutmix.Box(7, 32, 2, 32);
  private static final Cutmix.Box SECOND = new Cutmix.Box(0, 21, 14, 32);

  @Test
  void oneOfTheTwoIsTakenWithTheSwitchProbability() {
    MixupOrCutmix mixing = new MixupOrCutmix(0.4, 1, 0.3);
    int cutmix = 0;
    for (int update = 0; update < 10_000; update++) {
      Mixing taken = mixing.of(5, update);
      assertThat(taken).isIn(new Mixup(0.4), new Cutmix(1));
      cutmix += taken instanceof Cutmix ? 1 : 0;
    }
    assertThat(cutmix).isBetween(2_850, 3_150);
    assertThat(new MixupOrCutmix(1, 1, 0).of(1, 1)).isInstanceOf(Mixup.class);
    assertThat(new MixupOrCutmix(1, 1, 1).of(1, 1)).isInstanceOf(Cutmix.class);
  }

  @Test
  void eitherOfTheTwoMixesAsItDoesAlone() {
    MixupOrCutmix both = new MixupOrCutmix(0.4, 1, 0.5);
    Set<Class<?>> seen = new HashSet<>();
    for (int update = 0; update < 8; update++) {
      ImageRows images = numbered(4, 5, 5, 1);
      ImageRows alone = numbered(4, 5, 5, 1);
      double own = both.mix(images, 5, update);
      assertThat(both.of(5, update).mix(alone, 5, update)).isEqualTo(own);
      assertThat(images.pixels().array()).containsExactly(alone.pixels().array());
      seen.add(both.of(5, update).getClass());
    }
    assertThat(seen).hasSize(2);
  }

  @Test
  void updatesAreMixedWithTheirProbabilityUntilTheLastEpochs() {
    Mixing mixup = new Mixup(0.2);
    MixingTimes times = new MixingTimes(mixup, 0.7, 3);
    int mixed = 0;
    for (int update = 0; update < 10_000; update++) {
      mixed += times.at(5, 2, update).isPresent() ? 1 : 0;
      assertThat(times.at(5, 2, update)).isEqualTo(times.at(5, 0, update));
      assertThat(times.at(5, 3, update)).isEmpty();
      assertThat(new MixingTimes(mixup, 1, 3).at(5, 0, update)).contains(mixup);
      assertThat(new MixingTimes(mixup, 0, 3).at(5, 0, update)).isEmpty();
      assertThat(MixingTimes.NEVER.at(5, 0, update)).isEmpty();
    }
    assertThat(mixed).isBetween(6_850, 7_150);
  }

  @Test
  void whichOfTheTwoIsTakenNeverChanges() {
    StringBuilder taken = new StringBuilder();
    for (int update = 0; update < 24; update++) {
      taken.append(new MixupOrCutmix(0.4, 1, 0.5).of(1, update) instanceof Cutmix ? 'c' : 'm');
    }
    assertThat(taken).hasToString("cmmmcmcmcmmmmmcmcmmcmmmm");
  }

  @Test
  void whichUpdatesAreMixedNeverChanges() {
    StringBuilder mixed = new StringBuilder();
    for (int update = 0; update < 24; update++) {
      boolean mixes = new MixingTimes(new Mixup(1), 0.5, 1).at(1, 0, update).isPresent();
      mixed.append(mixes ? 'x' : '.');
    }
    assertThat(mixed).hasToString("....x....xxxx...x..xxxxx");
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new Cutmix(Double.NaN))
        .hasMessage("Invalid alpha: NaN (must be a finite number > 0)");
    assertThatThrownBy(() -> new MixupOrCutmix(0, 1, 0.5))
        .hasMessage("Invalid mixup: 0.0 (must be a finite number > 0)");
    assertThatThrownBy(() -> new MixupOrCutmix(1, -1, 0.5))
        .hasMessage("Invalid cutmix: -1.0 (must be a finite number > 0)");
    assertThatThrownBy(() -> new MixupOrCutmix(1, 1, Double.NaN))
        .hasMessage("Invalid switchProbability: NaN (must be 0 to 1)");
    assertThatThrownBy(() -> new MixingTimes(new Mixup(1), 1.5, 3))
        .hasMessage("Invalid probability: 1.5 (must be 0 to 1)");
  }

  private static Cutmix.Box box(JsonNode corners) {
    List<Integer> at = List.of(new ObjectMapper().convertValue(corners, Integer[].class));
    return new Cutmix.Box(at.get(0), at.get(1), at.get(2), at.get(3));
  }

  /** [4, 2, 6, 5] as the rows of a minibatch, [4, 6, 5, 2]. */
  private static ImageRows images(JsonNode nchw) {
    FloatBuffer nhwc = FloatBuffer.allocate(nchw.size());
    for (int i = 0; i < nchw.size(); i++) {
      int x = i % 5;
      int y = i / 5 % 6;
      int c = i / 30 % 2;
      nhwc.put(((i / 60 * 6 + y) * 5 + x) * 2 + c, (float) nchw.get(i).asDouble());
    }
    return new ImageRows(nhwc, 4, 6, 5, 2);
  }

  /** Images whose pixels are their number. */
  private static ImageRows numbered(int examples, int height, int width, int channels) {
    int length = height * width * channels;
    FloatBuffer pixels = FloatBuffer.allocate(examples * length);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, i / length);
    }
    return new ImageRows(pixels, examples, height, width, channels);
  }

  private static FloatBuffer mixed(JsonNode labels, int classes, double epsilon, double own) {
    FloatBuffer targets = FloatBuffer.allocate(labels.size() * classes);
    LabelSmoothing smoothing = new LabelSmoothing(epsilon);
    labels.forEach(label -> smoothing.write(label.asInt(), classes, targets));
    Mixup.mix(targets, labels.size(), classes, own);
    return targets;
  }

  private static void assertRows(FloatBuffer actual, JsonNode rows) {
    int classes = rows.get(0).size();
    assertThat(actual.capacity()).isEqualTo(rows.size() * classes);
    for (int i = 0; i < actual.capacity(); i++) {
      double expected = rows.get(i / classes).get(i % classes).asDouble();
      assertThat((double) actual.get(i)).isEqualTo(expected, within(1e-7));
    }
  }
}
