package io.millrace.checkpoint;

import io.millrace.state.Position;
import io.millrace.state.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the checkpoints of a run one after the other on a thread of its own, while training goes
 * on. One that cannot be written, such as on a full disk, is warned of, and the one before stays
 * what it was; too many in a row are an end. Used by one thread, on the driver.
 */
public final class CheckpointThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointThread.class);

  private final CheckpointStore store;
  private final Runnable before;
  private final int mostFailures;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "millrace-checkpoint");
            made.setDaemon(true);
            return made;
          });
  private Future<Best> saving;
  private Checkpoint inHand;
  private Checkpoint unwritten;
  private Best best;
  private Optional<Position> written;
  private int failures;

  /**
   * The thread of a run.
   *
   * @param before called before each is written; what it throws ends the run
   * @param mostFailures so many in a row that cannot be written end the run
   * @param best the best epoch so far; null where there is none
   * @param written the newest that is there already
   */
  public CheckpointThread(
      CheckpointStore store,
      Runnable before,
      int mostFailures,
      Best best,
      Optional<Position> written) {
    this.store = store;
    this.before = before;
    this.mostFailures = mostFailures;
    this.best = best;
    this.written = written;
  }

  /** Whether one is being written now. */
  public boolean isBusy() {
    return saving != null && !saving.isDone();
  }

  /**
   * Begins to write a checkpoint, which nobody may change from now on; waits for the one before.
   *
   * @throws FailedCheckpointException as {@link #settle}
   */
  public void save(Checkpoint checkpoint) {
    settle();
    int failure = failures + 1;
    inHand = checkpoint;
    saving = thread.submit(() -> write(checkpoint, failure));
  }

  private Best write(Checkpoint checkpoint, int failure) throws IOException {
    before.run();
    try {
      return store.write(checkpoint);
    } catch (IOException | UncheckedIOException | FSError e) {
      if (failure < mostFailures) {
        LOG.warn(
            "{}; training goes on until the next one ({} failures in a row end it)",
            words(checkpoint.state().position(), e),
            mostFailures);
      }
      throw new Unwritten(words(checkpoint.state().position(), e), e);
    }
  }

  /** Takes in the one that was being written, if it is done by now. */
  public void look() {
    if (saving != null && saving.isDone()) {
      settle();
    }
  }

  /**
   * Waits for the one that is being written, if there is one.
   *
   * @throws FailedCheckpointException if too many in a row could not be written
   */
  public void settle() {
    if (saving == null) {
      return;
    }
    Future<Best> last = saving;
    saving = null;
    try {
      best = last.get();
      written = Optional.of(inHand.state().position());
      failures = 0;
      unwritten = isBest(unwritten) ? unwritten : null;
    } catch (ExecutionException e) {
      failed(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a checkpoint was written", e);
    }
  }

  private void failed(Throwable failure) {
    if (!(failure instanceof Unwritten)) {
      throw failure instanceof RuntimeException unforeseen
          ? unforeseen
          : new IllegalStateException(failure);
    }
    failures++;
    if (isOfItsBest(inHand)) {
      unwritten = inHand;
      best = inHand.best();
    }
    if (failures >= mostFailures) {
      throw new FailedCheckpointException(
          "%s, failure %d in a row".formatted(failure.getMessage(), failures), failure);
    }
  }

  private static String words(Position at, Throwable failure) {
    Throwable said = failure instanceof IOException ? failure : failure.getCause();
    String why = said == null || said.getMessage() == null ? failure.toString() : said.getMessage();
    return "The checkpoint of %s could not be written: %s".formatted(at.words(), why);
  }

  /** What does not end a run at once. */
  private static final class Unwritten extends IOException {
    private static final long serialVersionUID = 1;

    Unwritten(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static boolean isOfItsBest(Checkpoint checkpoint) {
    RunState state = checkpoint.state();
    return checkpoint.best() != null
        && checkpoint.best().epoch() == state.epoch()
        && state.position().isBetweenEpochs();
  }

  private boolean isBest(Checkpoint checkpoint) {
    return checkpoint != null && best != null && checkpoint.state().epoch() == best.epoch();
  }

  /** The best epoch so far; null where there is none. */
  public Best best() {
    return best;
  }

  /**
   * The checkpoint of the best epoch, also where it could not be written.
   *
   * @throws IOException if it cannot be read
   */
  public Checkpoint ofBest() throws IOException {
    return isBest(unwritten) ? unwritten : store.read(best);
  }

  /** Tells of a best epoch that needs no checkpoint. */
  public void best(Best known) {
    best = known;
  }

  /** The newest that was written whole. */
  public Optional<Position> written() {
    return written;
  }

  /** Waits for the one that is being written, and ends the thread. */
  @Override
  public void close() {
    thread.shutdown();
    settle();
  }
}
