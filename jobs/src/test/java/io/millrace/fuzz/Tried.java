package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.config.ConfigException;
import io.millrace.source.BadSourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What became of the damaged files of one kind. Each is read, or refused in a line by an exception
 * that says so; anything else, too much memory and too much time fail. A thread that hangs ends the
 * JVM, since nothing else ends it.
 */
final class Tried {
  private static final long MOST_BYTES = 256L << 20;
  private static final long MOST_SECONDS = 120;
  private static final int HUNG = 3;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Those that stand for a reason that was found, not for an accident. */
  private static final Set<Class<?>> REFUSALS =
      Set.of(
          IllegalArgumentException.class,
          BadSourceException.class,
          ConfigException.class,
          UncheckedIOException.class);

  /** Reads a file. */
  interface Reader {
    void read() throws Exception;
  }

  private final String kind;
  private int read;
  private int refused;
  private long mostBytes;

  Tried(String kind) {
    this.kind = kind;
  }

  void one(Reader reader) {
    Thread watch = watch(Thread.currentThread());
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reader.read();
      read++;
    } catch (Exception e) {
      requireReason(e);
      refused++;
    } finally {
      watch.interrupt();
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    mostBytes = Math.max(mostBytes, bytes);
    assertThat(bytes).as("bytes for one file").isLessThan(MOST_BYTES);
  }

  private static void requireReason(Exception e) {
    if (!(e instanceof IOException) && !REFUSALS.contains(e.getClass())) {
      throw new AssertionError("Refused by an accident: " + e, e);
    }
    assertThat(e.getMessage()).as("%s", e.getClass()).isNotBlank();
    if (!(e instanceof ConfigException)) { // which names every problem, a line each
      assertThat(e.getMessage()).doesNotContain("\n");
    }
    assertThat(e.getMessage()).doesNotContain("java.lang.");
  }

  private static Thread watch(Thread reader) {
    Thread watch =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(MOST_SECONDS);
              } catch (InterruptedException e) {
                return; // it came back
              }
              System.err.println("Hung: " + Arrays.toString(reader.getStackTrace()));
              Runtime.getRuntime().halt(HUNG);
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  @Override
  public String toString() {
    return "%s: %d tried, %d read, %d refused in a line; at most %d MB for one"
        .formatted(kind, read + refused, read, refused, mostBytes >> 20);
  }
}
