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
