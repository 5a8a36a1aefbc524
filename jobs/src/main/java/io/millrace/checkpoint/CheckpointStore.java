package io.millrace.checkpoint;

import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run, one folder an epoch. The manifest with sizes and SHA-256 is written
 * last: a folder without one is not a checkpoint, and one that does not match is damaged. Nothing
 * is deleted before what takes its place is whole. Lives on the driver.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})");

  private final RunFolder folder;
  private final int keep;
  private final boolean keepBest;

  /**
   * The checkpoints of a run.
   *
   * @param keep how many of the newest are kept
   * @param keepBest whether that of the best epoch is kept too
   */
  public CheckpointStore(RunFolder folder, int keep, boolean keepBest) {
    this.folder = folder;
    this.keep = keep;
    this.keepBest = keepBest;
  }

  /**
   * Writes a checkpoint, then deletes those that are too old to keep, and those of later epochs,
   * which another course of the run left.
   *
   * @return the best epoch, by which {@link #read(Best)} finds its checkpoint
   */
  public Best write(Checkpoint checkpoint) throws IOException {
    int epoch = checkpoint.state().epoch();
    Best best = at(epoch).write(checkpoint);
    List<Integer> epochs = epochs();
    int newest = epochs.indexOf(epoch);
    for (int i = 0; i < epochs.size(); i++) {
      boolean kept = i <= newest && i > newest - keep;
      boolean isBest = keepBest && best != null && epochs.get(i) == best.epoch();
      if (!kept && !isBest) {
        at(epochs.get(i)).delete();
      }
    }
    return best;
  }

  /**
   * The newest whole checkpoint; incomplete and damaged ones are passed over with a warning.
   *
   * @throws IllegalStateException if there are checkpoints and all are damaged
   * @throws IOException if one cannot be read that may be whole
   */
  public Optional<Checkpoint> latest() throws IOException {
    List<Integer> epochs = epochs();
    String newest = null;
    for (int i = epochs.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(at(epochs.get(i)).read());
      } catch (DamagedCheckpointException e) {
        LOG.warn("{}{}", e.getMessage(), i > 0 ? "; trying the one before" : "");
        newest = newest == null ? e.getMessage() : newest;
      }
    }
    if (newest != null && !(epochs.equals(List.of(1)) && !at(1).committed())) {
      throw new IllegalStateException(
          "Cannot resume: no checkpoint of %s is whole. %s (--resume PATH goes on from another one, --overwrite starts over)"
              .formatted(folder, newest));
    }
    return Optional.empty();
  }

  /** The checkpoint of the best epoch. */
  public Checkpoint read(Best best) throws IOException {
    CheckpointFolder at = at(best.epoch());
    if (!at.isOf(best)) {
      throw new DamagedCheckpointException(
          "Cannot read checkpoint %s: it is not that of the best epoch".formatted(at.path()));
    }
    return at.read();
  }

  /** Whether the checkpoint of the best epoch is here; its large files are not read. */
  public boolean holds(Best best) throws IOException {
    return at(best.epoch()).isOf(best);
  }

  /**
   * Takes over the checkpoint of the best epoch from beside another one, if it is there and whole.
   *
   * @param path of the other one
   * @return whether this store holds it now
   */
  boolean bring(Best best, Configuration hadoop, String path) throws IOException {
    Path beside = new Path(path).getParent();
    CheckpointFolder from =
        new CheckpointFolder(RunFolder.existing(hadoop, beside), name(best.epoch()));
    try {
      if (!from.isOf(best)) {
        return false;
      }
      at(best.epoch()).write(from.read());
      return true;
    } catch (DamagedCheckpointException e) {
      LOG.warn(e.getMessage());
      return false;
    }
  }

  /** Path of the checkpoint of an epoch. */
  public String path(int epoch) {
    return at(epoch).path();
  }

  /** Reads the checkpoint at a Hadoop path, or says why it cannot be used. */
  public static Checkpoint read(Configuration hadoop, String path) throws IOException {
    Path at = new Path(path);
    if (at.isRoot()) {
      throw new WrongInputException(
          "Cannot read checkpoint " + path + ": it is no checkpoint folder");
    }
    return new CheckpointFolder(RunFolder.existing(hadoop, at.getParent()), at.getName()).read();
  }

  /** Epochs of which there is a folder, in order. */
  private List<Integer> epochs() throws IOException {
    return folder.list(RunFolder.CHECKPOINTS).stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(numbered -> Integer.valueOf(numbered.group(1)))
        .sorted()
        .toList();
  }

  private CheckpointFolder at(int epoch) {
    return new CheckpointFolder(folder, RunFolder.CHECKPOINTS + "/" + name(epoch));
  }

  private static String name(int epoch) {
    return "epoch-%04d".formatted(epoch);
  }

  @Override
  public String toString() {
    return folder.path(RunFolder.CHECKPOINTS);
  }
}
