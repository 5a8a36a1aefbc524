package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ImageMemoryTest {
  private static final long TOTAL = 100 << 20;
  private final ImageMemory memory = new ImageMemory(TOTAL);
  private final ImageHeader header = new ImageHeader(ImageFormat.PNG, 640, 480, 3, 1, 0);

  @Test
  void allThreadsTogetherTakeNoMoreThanThereIs() throws Exception {
    AtomicLong taken = new AtomicLong();
    AtomicLong most = new AtomicLong();
    AtomicInteger done = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int i = 0; i < 200; i++) {
      long bytes = (7L + 13 * (i % 7)) << 20;
      Future<?> unused =
          threads.submit(
              () -> {
                try (ImageMemory.Lease lease = memory.take(header, bytes)) {
                  most.accumulateAndGet(taken.addAndGet(bytes), Math::max);
                  Thread.yield();
                  taken.addAndGet(-bytes);
                  done.incrementAndGet();
                }
              });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)).isTrue();
    assertThat(done).hasValue(200);
    assertThat(most.get()).isBetween(85L << 20, TOTAL);
  }

  @Test
  void anImageThatNeedsMoreThanThereIsInAllIsRefused() {
    assertThatThrownBy(() -> memory.take(header, TOTAL + 1))
        .isInstanceOf(BadImageException.class)
        .hasMessage(
            "Cannot decode image: 640 x 480 pixels take 101 MiB of memory (must be at most 100, a quarter of the JVM's)");
    memory.take(header, TOTAL).close();
  }

  @Test
  void smallImagesTakeNothing() {
    try (ImageMemory.Lease all = memory.take(header, TOTAL);
        ImageMemory.Lease small = memory.take(header, memory.large() - 1)) {
      assertThat(all.large()).isTrue();
      assertThat(small.large()).isFalse();
    }
  }

  @Test
  void aLeaseIsGivenBackOnce() {
    ImageMemory.Lease lease = memory.take(header, TOTAL);
    lease.close();
    lease.close();
    try (ImageMemory.Lease again = memory.take(header, TOTAL)) {
      assertThatThrownBy(() -> memory.take(header, TOTAL + 1))
          .isInstanceOf(BadImageException.class);
      assertThat(again.large()).isTrue();
    }
  }

  @Test
  void whatALargeImageTookIsGivenBack() {
    int side = (int) Math.sqrt(ImageMemory.SHARED.large() / 3.0) + 100;
    PixelBuffer black = new PixelBuffer().reshape(side, side, 3);
    byte[] png = ImageBoundsTest.png(side, side, 8, 2, new byte[side * (1 + 3 * side)]);
    try (ImageDecoder decoder = new ImageDecoder()) {
      ImageHeader large = ImageHeader.read(png, 0, png.length);
      PixelBuffer[] seen = new PixelBuffer[1];
      int bytes =
          decoder.use(
              large,
              png,
              0,
              png.length,
              3,
              0,
              pixels -> {
                seen[0] = pixels;
                return pixels.data().length;
              });
      assertThat(bytes).isEqualTo(black.data().length);
      assertThat(seen[0].data()).isEmpty();
    }
  }
}
