package io.millrace.image;

import java.util.concurrent.Semaphore;

/**
 * Memory for images that take much of it, shared by all threads of a JVM. What decoding will take
 * is known from an image's header; a thread waits until there is so much before it allocates, and
 * an image that needs more than there is in all is refused. Images below {@link #large} take
 * nothing and their buffers are kept; those of large ones are given back.
 *
 * <p>A thread holds one lease at most, so that none waits for itself. Thread-safe.
 */
final class ImageMemory {
  /** A quarter of the heap: the rest is for what the JVM does beside images. */
  static final ImageMemory SHARED = new ImageMemory(Runtime.getRuntime().maxMemory() / 4);

  private static final int UNIT = 1 << 10;
  private static final long LARGEST_KEPT = 1 << 26;
  private static final long SMALLEST_LEASED = 1 << 22;

  /** What an image takes; closing it more than once is closing it once. */
  static final class Lease implements AutoCloseable {
    private final Semaphore free;
    private int units;

    private Lease(Semaphore free, int units) {
      this.free = free;
      this.units = units;
    }

    /** Whether the image is so large that its buffers must not be kept. */
    boolean large() {
      return units > 0;
    }

    @Override
    public void close() {
      free.release(units);
      units = 0;
    }
  }

  private final Semaphore free;
  private final long total;

  ImageMemory(long bytes) {
    total = Math.min(bytes, (long) Integer.MAX_VALUE * UNIT);
    free = new Semaphore((int) (total / UNIT), true);
  }

  /** Bytes from which on an image has to wait for memory. */
  long large() {
    return Math.max(SMALLEST_LEASED, Math.min(LARGEST_KEPT, total / 16));
  }

  /**
   * Waits until there are {@code bytes}.
   *
   * @throws BadImageException if there will never be
   */
  Lease take(ImageHeader header, long bytes) {
    if (bytes < large()) {
      return new Lease(free, 0);
    }
    if (bytes > total) {
      throw new BadImageException(
          "%d x %d pixels take %d MiB of memory (must be at most %d, a quarter of the JVM's)"
              .formatted(header.width(), header.height(), mebibytes(bytes), total >> 20));
    }
    int units = (int) ((bytes + UNIT - 1) / UNIT);
    int taken = Math.min(units, (int) (total / UNIT));
    free.acquireUninterruptibly(taken);
    return new Lease(free, taken);
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
