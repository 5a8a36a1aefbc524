package io.millrace.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to work in a folder, as a file there that says who has it ({@link Holder}) and changes
 * every {@link Timing#beat}. Use it around all work that writes:
 *
 * <pre>{@code
 * try (Lease lease = Lease.take(hadoop, folder, Holder.here("prepare", application), stop)) {
 *   ... long work ...
 *   lease.check();   // before what cannot be taken back
 *   ... commit ...
 * }
 * }</pre>
 *
 * <p>{@link #take} is for one holder at a time. A lease that was left is taken over ({@link
 * Takeover}); time-outs are as seen from here: no two clocks are compared. A holder that lost its
 * lease in the meantime (it was stopped for long, or its folder was deleted) is told so by {@link
 * #check}.
 *
 * <p>Where one lease replaces another, and on stores that do not lock (S3: of two that make the
 * same file at once both succeed), the rule is: the last one that wrote has it. So who wrote waits
 * for {@link Timing#settle}, reads it back, and gives way if it is not its own; who was slower than
 * that is seen at the next beat.
 *
 * <p>{@link #share} is for readers, as many as there are: it names the parts of the folder that
 * must not be removed ({@link Readers} tells who may remove others).
 *
 * <p>Lives on the driver, with a daemon thread for the beat.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  static final String FILE = ".lease";
  static final String READER = ".reader-";

  /**
   * How long things take.
   *
   * @param beat from one sign of life to the next
   * @param missed beats without a sign of life after which a holder counts as gone
   * @param settle how long to wait before a lease that could not be locked is read back
   */
  record Timing(Duration beat, int missed, Duration settle) {
    static final Timing USUAL = new Timing(Duration.ofSeconds(10), 12, Duration.ofSeconds(2));

    Duration timeout(long beatMillis) {
      return Duration.ofMillis(beatMillis <= 0 ? beat.toMillis() : beatMillis).multipliedBy(missed);
    }
  }

  private final WholeFiles files;
  private final Path folder;
  private final Path file;
  private final Timing timing;
  private Holder me;
  private Thread beating;
  private String lost;
  private boolean closed;

  private Lease(WholeFiles files, Path folder, String name, Holder me, Timing timing) {
    this.files = files;
    this.folder = folder;
    this.file = new Path(folder, name);
    this.me = me.beating(timing.beat().toMillis());
    this.timing = timing;
  }

  /**
   * Takes the lease of a folder, which is made if it is missing.
   *
   * @param stop whether somebody has asked for the end, which ends a wait
   * @throws WaitStoppedException if so
   * @throws IllegalArgumentException in one line that names the holder, if there is a living one
   * @throws IOException if the folder cannot be read or written
   */
  public static Lease take(Configuration hadoop, Path folder, Holder me, BooleanSupplier stop)
      throws IOException {
    return take(hadoop, folder, me, stop, Timing.USUAL);
  }

  static Lease take(
      Configuration hadoop, Path folder, Holder me, BooleanSupplier stop, Timing timing)
      throws IOException {
    Lease lease = new Lease(WholeFiles.at(folder, hadoop), folder, FILE, me, timing);
    try {
      lease.take(new Wait(stop));
    } catch (WaitStoppedException e) {
      lease.close();
      throw e;
    } catch (IOException e) {
      throw new IOException("Cannot %s: %s: %s".formatted(me.verb(), folder, e.getMessage()), e);
    }
    lease.startBeating();
    return lease;
  }

  /**
   * Says that parts of a folder are being read. A folder that cannot be written can be read all the
   * same: then nobody is told, and the log says so.
   *
   * @param parts names in the folder that must stay
   */
  public static Lease share(Configuration hadoop, Path folder, Holder me, Collection<String> parts)
      throws IOException {
    return share(hadoop, folder, me, parts, Timing.USUAL);
  }

  static Lease share(
      Configuration hadoop, Path folder, Holder me, Collection<String> parts, Timing timing)
      throws IOException {
    WholeFiles files = WholeFiles.at(folder, hadoop);
    Lease lease = new Lease(files, folder, READER + me.id(), me.reading(parts), timing);
    try {
      lease.write();
      lease.startBeating();
    } catch (IOException e) {
      lease.closed = true;
      LOG.info(
          "Cannot leave word in {} that it is read ({}): nothing there may be replaced meanwhile",
          folder,
          e.getMessage());
    }
    return lease;
  }

  /**
   * Looks whether the lease is still there and ours.
   *
   * @throws IllegalStateException in one line if it is not
   */
  public synchronized void check() {
    if (closed) {
      return;
    }
    try {
      look();
    } catch (IOException e) {
      LOG.warn("Cannot read {}: {}", file, e.getMessage()); // not a sign that it is another's
    }
    if (lost != null) {
      throw new IllegalStateException("Cannot go on in %s: %s".formatted(folder, lost));
    }
  }

  /** Gives the lease back. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (beating != null) {
      beating.interrupt();
    }
    try {
      look();
      if (lost == null) {
        files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove {}: {}", file, e.getMessage());
    }
  }

  private void take(Wait wait) throws IOException {
    if (!files.locks()) {
      LOG.info(
          "{} lies on a store that cannot lock: of two that start within {} s, the last one that"
              + " writes {} has the folder, and the other one gives way",
          folder,
          timing.settle().toSeconds(),
          FILE);
    }
    if (!files.create(file, me.toJson())) {
      Optional<String> there = WholeFiles.text(files, file);
      if (there.isPresent()) {
        Optional<String> living = new Takeover(files, file, timing, wait).livingHolder(there.get());
        if (living.isPresent()) {
          throw held(living.get());
        }
      }
      write();
    } else if (files.locks()) {
      return;
    }
    wait.pass(timing.settle());
    String now = WholeFiles.text(files, file).orElse("");
    if (Holder.parse(now).filter(holder -> holder.id().equals(me.id())).isEmpty()) {
      throw held(now);
    }
  }

  private IllegalArgumentException held(String text) {
    return new IllegalArgumentException(
        "Cannot %s: %s is in use by %s (wait for its end, or take another folder)"
            .formatted(
                me.verb(),
                folder,
                Holder.parse(text).map(Holder::toString).orElse("another process")));
  }

  private void startBeating() {
    beating = new Thread(this::beat, "millrace-lease");
    beating.setDaemon(true);
    beating.start();
  }

  private void beat() {
    boolean warned = false;
    while (true) {
      try {
        new Wait(() -> false).pass(timing.beat());
        if (!signOfLife()) {
          return;
        }
        warned = false;
      } catch (InterruptedIOException e) {
        return;
      } catch (IOException | RuntimeException e) {
        if (!warned) {
          LOG.warn("Cannot give a sign of life in {}: {}; trying again", file, e.getMessage());
        }
        warned = true;
      }
    }
  }

  /** Gives one; false if there is no lease any more. */
  synchronized boolean signOfLife() throws IOException {
    if (!closed) {
      look();
    }
    if (closed || lost != null) {
      return false;
    }
    me = me.alive();
    write();
    return true;
  }

  /** Finds out whether the lease is still ours. */
  private void look() throws IOException {
    if (lost != null) {
      return;
    }
    Optional<String> now = WholeFiles.text(files, file);
    if (now.isEmpty()) {
      lost = "the folder was deleted, or cleared, by somebody else";
    } else if (Holder.parse(now.get()).filter(each -> each.id().equals(me.id())).isEmpty()) {
      lost =
          Holder.parse(now.get())
              .map(each -> "it was taken over by " + each)
              .orElse("its lease was overwritten");
    }
  }

  private void write() throws IOException {
    byte[] json = me.toJson();
    files.refresh(file, "-" + me.id(), out -> out.write(json));
  }
}
