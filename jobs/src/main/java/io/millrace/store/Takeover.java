package io.millrace.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may take a lease that stands there, and when: at once if its process is dead on this machine;
 * never while it lives there; of a process that cannot be seen from here, after one time-out
 * without a sign of its life. Each is said in the log.
 *
 * @param file of the lease
 * @param waiting how time is passed
 */
record Takeover(WholeFiles files, Path file, Lease.Timing timing, Wait waiting) {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /**
   * Waits as long as it takes to know.
   *
   * @param there what stands in the lease
   * @return what a living holder wrote last; empty if the lease may be taken
   */
  Optional<String> livingHolder(String there) throws IOException {
    Optional<Holder> holder = Holder.parse(there);
    String name = holder.map(Holder::toString).orElse("an unknown process");
    return switch (holder
        .map(each -> each.process().life())
        .orElse(ProcessMark.Life.OUT_OF_SIGHT)) {
      case ALIVE -> Optional.of(there);
      case DEAD -> {
        LOG.warn("{} was left by {}, which is dead: taken over", file.getParent(), name);
        yield Optional.empty();
      }
      case OUT_OF_SIGHT -> {
        Duration timeout = timing.timeout(holder.map(Holder::beatMillis).orElse(0L));
        LOG.info(
            "{} is in use by {}; waiting up to {} s for a sign of its life",
            file.getParent(),
            name,
            timeout.toSeconds());
        Optional<String> sign = signOfLife(there, timeout);
        if (sign.isEmpty()) {
          LOG.warn(
              "{} was left by {}, without a sign of life for {} s: taken over",
              file.getParent(),
              name,
              timeout.toSeconds());
        }
        yield sign;
      }
    };
  }

  /** What the lease changes to within a time; one that goes was given back: no holder. */
  private Optional<String> signOfLife(String before, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < end) {
      waiting.pass(timeout.dividedBy(4L * timing.missed()));
      Optional<String> now = WholeFiles.text(files, file);
      if (!now.equals(Optional.of(before))) {
        return now;
      }
    }
    return Optional.empty();
  }
}
