package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ChoiceSamples;
import io.millrace.random.KeyedRandom;
import io.millrace.settings.Key;
import io.millrace.settings.Names;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every image operation of the list keeps to, whatever it does. */
class ImageOperationContractTest {
  private static final int IDS = 24;
  private static final String PROBABILITY = "probability";
  private static final List<ImageSize> SIZES =
      List.of(new ImageSize(11, 18), new ImageSize(18, 11), new ImageSize(13, 13));

  /** Counts the numbers that are taken. */
  private static final class Counted implements RandomGenerator {
    private final KeyedRandom random;
    private int taken;

    Counted(int id) {
      random = new KeyedRandom().key(7, 0, id);
    }

    @Override
    public long nextLong() {
      taken++;
      return random.nextLong();
    }

    @Override
    public double nextDouble() {
      taken++;
      return random.nextDouble();
    }
  }

  static List<ImageOperation> operations() {
    List<ImageOperation> all = new ArrayList<>(ChoiceSamples.of(ImageOperation.class));
    all.add(new Rotate(-70, 130, Interpolation.NEAREST, 9, true, 1));
    all.add(new QuarterTurn(List.of(1, 3), 1));
    all.add(new RandomScale(0.5, 2, 0.5));
    all.add(new Resize(9, 7));
    all.add(new Sometimes(List.of(new QuarterTurn(List.of(1), 1), new Hue(0.1, 0.2, 1)), 0.5));
    List<ImageOperation> three =
        List.of(new GaussianBlur(1, 2, 5, 1), new RandomScale(2, 3, 1), new Brightness(0, 2, 1));
    all.add(new RandomChoice(three, List.of(1.0, 0.0, 2.5), 0.9));
    all.add(new RandAugment(4, 30, 31, Interpolation.BILINEAR, 1));
    all.add(new RandomErasing(0.1, 0.4, 0.5, 2, RandomErasing.Fill.NOISE, 1));
    return all;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void sameKeySameBytesWhateverTheBufferHeld(ImageOperation operation) {
    for (int channels : new int[] {1, 3}) {
      for (int id = 0; id < IDS && operation.takes(channels); id++) {
        PixelBuffer image = image(SIZES.get(id % 3), channels, id);
        byte[] before = image.data().clone();
        PixelBuffer clean = new PixelBuffer();
        PixelBuffer used = new PixelBuffer().reshape(60, 60, 3);
        Arrays.fill(used.data(), (byte) 77);
        operation.apply(image, clean, new Counted(id));
        operation.apply(image, used, new Counted(id));
        assertThat(pixels(used)).isEqualTo(pixels(clean));
        assertThat(used.width()).isEqualTo(clean.width());
        assertThat(image.data()).as("what it reads").isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void randomMeansThatKeysGiveOtherBytes(ImageOperation operation) {
    int channels = operation.takes(1) ? 1 : 3;
    Set<String> made = new HashSet<>();
    for (int id = 0; id < 3 * IDS; id++) {
      PixelBuffer out = new PixelBuffer();
      operation.apply(image(SIZES.get(0), channels, 5), out, new Counted(id));
      made.add(Arrays.toString(pixels(out)));
    }
    assertThat(made.size() == 1 || operation.isRandom()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void takesTheSameCountOfNumbersWhateverIsDrawn(ImageOperation operation) {
    Set<Integer> counts = new HashSet<>();
    List<ImageOperation> all = new ArrayList<>(withProbabilities(operation, 0, 0.5, 1));
    all.add(operation);
    for (ImageOperation each : all) {
      for (int id = 0; id < IDS; id++) {
        Counted random = new Counted(id);
        each.apply(image(SIZES.get(id % 3), 3, id), new PixelBuffer(), random);
        counts.add(random.taken);
      }
    }
    assertThat(counts).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theSizeMadeIsOneOfThoseTold(ImageOperation operation) {
    for (ImageSize size : SIZES) {
      Optional<Set<ImageSize>> told = operation.sizes(size);
      assertThat(told).isPresent();
      for (int id = 0; id < IDS; id++) {
        PixelBuffer out = new PixelBuffer();
        operation.apply(image(size, 3, id), out, new Counted(id));
        assertBetween(out.height(), told.get(), ImageSize::height);
        assertBetween(out.width(), told.get(), ImageSize::width);
        if (operation.keepsSize()) {
          assertThat(told.get()).containsExactly(size);
        }
        if (operation instanceof FixedSize fixed) {
          assertThat(told.get()).containsExactly(new ImageSize(fixed.height(), fixed.width()));
        }
      }
    }
  }

  private static void assertBetween(int side, Set<ImageSize> told, ToIntFunction<ImageSize> of) {
    int least = told.stream().mapToInt(of).min().orElseThrow();
    int most = told.stream().mapToInt(of).max().orElseThrow();
    assertThat(side).isBetween(least, most);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void probabilityZeroLeavesEveryImage(ImageOperation operation) {
    for (ImageOperation never : withProbabilities(operation, 0)) {
      for (int id = 0; id < IDS; id++) {
        PixelBuffer image = image(SIZES.get(id % 3), 3, id);
        PixelBuffer out = new PixelBuffer();
        never.apply(image, out, new Counted(id));
        assertThat(pixels(out)).isEqualTo(pixels(image));
        assertThat(out.height()).isEqualTo(image.height());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void probabilityIsTheShareOfImagesThatChange(ImageOperation operation) {
    for (ImageOperation some : withProbabilities(operation, 0.3)) {
      int changed = 0;
      for (int id = 0; id < 600; id++) {
        PixelBuffer image = image(SIZES.get(0), 3, id);
        PixelBuffer out = new PixelBuffer();
        some.apply(image, out, new Counted(id));
        changed += Arrays.equals(pixels(out), pixels(image)) ? 0 : 1;
      }
      assertThat(changed / 600.0).as("parts may leave some").isBetween(0.06, 0.36);
    }
  }

  /** A number outside of its key's range, given by a program and not by a config. */
  static Stream<Arguments> wrongNumbers() {
    List<Arguments> wrong = new ArrayList<>();
    for (ImageOperation operation : ChoiceSamples.of(ImageOperation.class)) {
      for (RecordComponent component : operation.getClass().getRecordComponents()) {
        Key key = component.getAnnotation(Key.class);
        List<Object> values = new ArrayList<>();
        if (component.getType() == double.class) {
          values.add(Double.NaN);
          values.add(Double.POSITIVE_INFINITY);
          values.add(key.above() ? key.min() : key.min() - 0.5);
        } else if (component.getType() == int.class) {
          values.add((int) key.min() - 1);
          if (key.max() < Integer.MAX_VALUE) {
            values.add((int) key.max() + 1);
          }
        }
        values.forEach(value -> wrong.add(Arguments.of(operation, component.getName(), value)));
      }
    }
    return wrong.stream();
  }

  @ParameterizedTest
  @MethodSource("wrongNumbers")
  void aNumberOutsideOfItsRangeIsRefusedByItsKey(
      ImageOperation operation, String key, Object value) {
    assertThatThrownBy(() -> with(operation, key, value))
        .as(Names.of(operation.getClass()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("Invalid %s: %s (must be ".formatted(key, value));
  }

  private static List<ImageOperation> withProbabilities(ImageOperation operation, double... all) {
    boolean has =
        Arrays.stream(operation.getClass().getRecordComponents())
            .anyMatch(component -> component.getName().equals(PROBABILITY));
    return Arrays.stream(all)
        .filter(each -> has)
        .mapToObj(each -> with(operation, PROBABILITY, each))
        .toList();
  }

  /** The same with another value of one component. */
  private static ImageOperation with(ImageOperation operation, String key, Object value) {
    try {
      RecordComponent[] components = operation.getClass().getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        boolean other = components[i].getName().equals(key);
        values[i] = other ? value : components[i].getAccessor().invoke(operation);
      }
      return (ImageOperation) operation.getClass().getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw (IllegalArgumentException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Colours without a symmetry, none of which is grey. */
  private static PixelBuffer image(ImageSize size, int channels, int id) {
    PixelBuffer image = new PixelBuffer().reshape(size.height(), size.width(), channels);
    KeyedRandom random = new KeyedRandom().key(3, channels, id);
    for (int i = 0; i < size.height() * size.width() * channels; i++) {
      image.data()[i] = (byte) (20 + 70 * (i % channels) + (random.nextLong() >>> 58));
    }
    return image;
  }

  private static byte[] pixels(PixelBuffer image) {
    return Arrays.copyOf(image.data(), image.height() * image.width() * image.channels());
  }
}
