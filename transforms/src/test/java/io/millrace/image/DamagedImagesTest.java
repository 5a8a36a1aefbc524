package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.random.KeyedRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files of all formats: refused as images, never otherwise, and bounded in memory. */
class DamagedImagesTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<byte[]> files = files();

  @Property(shrinking = ShrinkingMode.OFF)
  void damageIsTheImagesFault(@ForAll long seed, @ForAll @IntRange(min = 0, max = 4) int kind) {
    KeyedRandom random = new KeyedRandom().key(seed, kind, 0);
    byte[] bytes = damaged(files.get(below(random, files.size())).clone(), kind, random);
    PixelBuffer out = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      ImageHeader header = ImageHeader.read(bytes, 0, bytes.length);
      long most = 3 * ImageDecoder.memory(header, 1, 3) + (16 << 20);
      long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      try {
        decoder.decode(bytes, 0, bytes.length, 3, out);
        assertThat(out.height()).isEqualTo(header.uprightHeight());
        assertThat(out.width()).isEqualTo(header.uprightWidth());
      } finally {
        long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(after - before).isLessThan(most);
      }
    } catch (BadImageException e) {
      assertThat(e).hasMessageStartingWith("Cannot decode image: ");
      assertThat(e.getMessage()).doesNotContain("Exception");
    }
  }

  /** Wherever a JPEG is cut: its rows as they are or a refusal, whatever was decoded before. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void rowsOfAJpegThatIsCutAreItsOwnOrNone(int channels) {
    byte[] other = ImageEncoder.jpeg(Samples.noise(96, 96, channels, 7), 90);
    byte[] whole = ImageEncoder.jpeg(Samples.noise(48, 40, channels, 1), 90);
    try (ImageDecoder used = new ImageDecoder()) {
      for (int rows = 16; rows <= 48; rows += 16) {
        String full = top(used, whole, rows, channels);
        int refused = 0;
        for (int size = whole.length - 1; refused < 200; size--) {
          byte[] cut = Arrays.copyOf(whole, size);
          top(used, other, 96, channels);
          String after = top(used, cut, rows, channels);
          try (ImageDecoder fresh = new ImageDecoder()) {
            assertThat(after).isEqualTo(top(fresh, cut, rows, channels));
          }
          if (!after.equals(full)) {
            refused++;
            assertThat(after)
                .isEqualTo("Cannot decode image: truncated JPEG, too little pixel data");
          }
        }
      }
    }
  }

  /** The first rows of an image, or why there are none. */
  private static String top(ImageDecoder decoder, byte[] image, int rows, int channels) {
    PixelBuffer out = new PixelBuffer();
    try {
      ImageHeader header = ImageHeader.read(image, 0, image.length);
      Box region = new Box(0, 0, rows, header.width());
      decoder.decode(header, new ByteReader(image, 0, image.length), 1, channels, region, out);
      return Arrays.toString(Arrays.copyOf(out.data(), rows * header.width() * channels));
    } catch (BadImageException e) {
      return e.getMessage();
    }
  }

  private static byte[] damaged(byte[] bytes, int kind, KeyedRandom random) {
    int at = below(random, bytes.length);
    switch (kind) {
      case 0 -> { // a bit anywhere
        bytes[at] ^= (byte) (1 << below(random, 8));
      }
      case 1 -> { // a byte of the header
        bytes[below(random, Math.min(64, bytes.length))] = (byte) random.nextInt();
      }
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + below(random, 40)), (byte) 0);
      default -> { // bytes that stand elsewhere
        int from = below(random, bytes.length);
        int size = Math.min(below(random, 60), bytes.length - Math.max(at, from));
        System.arraycopy(bytes.clone(), from, bytes, at, size);
      }
    }
    return bytes;
  }

  private static int below(KeyedRandom random, int bound) {
    return (int) (random.nextDouble() * bound);
  }

  private static List<byte[]> files() {
    Path formats = ForeignFormatsTest.folder();
    try (Stream<Path> foreign = Files.list(formats);
        Stream<Path> own = Files.list(formats.getParent())) {
      return Stream.concat(foreign, own)
          .filter(file -> file.toString().matches(".*[.](webp|gif|bmp|tif|jpg|png)"))
          .filter(file -> !file.toString().endsWith(".expected.png"))
          .sorted()
          .map(DamagedImagesTest::bytes)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
