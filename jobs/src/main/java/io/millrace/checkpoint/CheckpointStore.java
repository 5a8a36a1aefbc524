package io.millrace.checkpoint;

import io.millrace.state.Position;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run, a folder each, at ends of epochs and within them. The manifest with
 * sizes and SHA-256 is written last: a folder without one is not a checkpoint, and one that does
 * not match is damaged. Nothing is deleted before what takes its place is whole. Lives on the
 * driver.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  private final RunFolder folder;
  private final int keep;
  private final boolean keepBest;
  private final IntPredicate always;

  /**
   * The checkpoints of a run.
   *
   * @param keep how many of the newest are kept
   * @param keepBest whether that of the best epoch is kept too
   */
  public CheckpointStore(RunFolder folder, int keep, boolean keepBest) {
    this(folder, keep, keepBest, epoch -> false);
  }

  private CheckpointStore(RunFolder folder, int keep, boolean keepBest, IntPredicate always) {
    this.folder = folder;
    this.keep = keep;
    this.keepBest = keepBest;
    this.always = always;
  }

  /** The same, where the newest one at the end of such an epoch is kept, too. */
  public CheckpointStore keeping(IntPredicate epochs) {
    return new CheckpointStore(folder, keep, keepBest, epochs);
  }

  /**
   * Writes a checkpoint, then deletes those that are too old to keep, and later ones, which another
   * course of the run left.
   *
   * @return the best epoch, by which {@link #read(Best)} finds its checkpoint
   */
  public Best write(Checkpoint checkpoint) throws IOException {
    CheckpointName written = CheckpointName.of(checkpoint.state().position());
    Best best = at(written).write(checkpoint);
    List<CheckpointName> names = names();
    int newest = names.indexOf(written);
    Optional<CheckpointName> needed = newest(names.subList(0, newest + 1), always);
    for (int i = 0; i < names.size(); i++) {
      boolean kept = i <= newest && i > newest - keep;
      boolean isBest = keepBest && best != null && names.get(i).equals(name(best));
      boolean isNeeded = needed.equals(Optional.of(names.get(i)));
      if (!kept && !isBest && !isNeeded) {
        prune(names.get(i), i > newest);
      }
    }
    return best;
  }

  private static Optional<CheckpointName> newest(List<CheckpointName> names, IntPredicate epochs) {
    return names.stream()
        .filter(name -> name.round() == 0 && epochs.test(name.epoch()))
        .reduce((older, newer) -> newer);
  }

  /** One that is too old is only in the way; a later one would be taken for the newest. */
  private void prune(CheckpointName name, boolean isLater) throws IOException {
    try {
      at(name).delete();
    } catch (IOException e) {
      if (isLater) {
        throw e;
      }
      LOG.warn("Checkpoint {} is too old to keep, and cannot be deleted: {}", name, e.getMessage());
    }
  }

  /**
   * The newest whole checkpoint; incomplete and damaged ones are passed over with a warning. Half
   * of a first one is deleted: beside that of the next start it would look like a loss.
   *
   * @throws IllegalStateException if there are checkpoints and all are damaged
   * @throws IOException if one cannot be read that may be whole
   */
  public Optional<Checkpoint> latest() throws IOException {
    List<CheckpointName> names = names();
    String newest = null;
    for (int i = names.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(at(names.get(i)).read());
      } catch (DamagedCheckpointException e) {
        LOG.warn("{}{}", e.getMessage(), i > 0 ? "; trying the one before" : "");
        newest = newest == null ? e.getMessage() : newest;
      }
    }
    if (isFirstUnfinished(names)) {
      at(names.get(0)).delete();
    } else if (newest != null) {
      throw new IllegalStateException(
          "Cannot resume: no checkpoint of %s is whole. %s (--resume PATH goes on from another one, --overwrite starts over)"
              .formatted(folder, newest));
    }
    return Optional.empty();
  }

  /**
   * The newest whole checkpoint at the end of such an epoch, if there is one; damaged ones are
   * passed over with a warning.
   *
   * @throws IOException if one cannot be read that may be whole
   */
  public Optional<Checkpoint> latest(IntPredicate epochs) throws IOException {
    List<CheckpointName> names = names();
    for (Optional<CheckpointName> at = newest(names, epochs); at.isPresent(); ) {
      try {
        return Optional.of(at(at.get()).read());
      } catch (DamagedCheckpointException e) {
        LOG.warn("{}; trying the one before", e.getMessage());
        at = newest(names.subList(0, names.indexOf(at.get())), epochs);
      }
    }
    return Optional.empty();
  }

  /**
   * What the manifest of a checkpoint says.
   *
   * @param figures what is remembered, by the name of who remembers it
   * @param hasCard whether it says what the model is
   */
  public record Glance(Map<String, Map<String, Double>> figures, boolean hasCard) {}

  /** A glance at the newest whose manifest can be read; its large files are not. */
  public Optional<Glance> glance() throws IOException {
    List<CheckpointName> names = names();
    for (int i = names.size() - 1; i >= 0; i--) {
      Optional<Glance> glance = glance(at(names.get(i)));
      if (glance.isPresent()) {
        return glance;
      }
    }
    return Optional.empty();
  }

  /** A glance at the checkpoint at a Hadoop path; nothing where there is none to be read. */
  public static Optional<Glance> glance(Configuration hadoop, String path) throws IOException {
    Path at = new Path(path);
    return at.isRoot()
        ? Optional.empty()
        : glance(new CheckpointFolder(RunFolder.existing(hadoop, at.getParent()), at.getName()));
  }

  private static Optional<Glance> glance(CheckpointFolder at) throws IOException {
    try {
      return Optional.of(at.glance());
    } catch (DamagedCheckpointException e) {
      return Optional.empty(); // whoever reads it says so
    }
  }

  /** Whether a run ended while it wrote its first one: only then is nothing lost with it. */
  private boolean isFirstUnfinished(List<CheckpointName> names) throws IOException {
    return names.size() == 1 && names.get(0).epoch() <= 1 && !at(names.get(0)).committed();
  }

  /** The checkpoint of the best epoch. */
  public Checkpoint read(Best best) throws IOException {
    CheckpointFolder at = at(name(best));
    if (!at.isOf(best)) {
      throw new DamagedCheckpointException(
          "Cannot read checkpoint %s: it is not that of the best epoch".formatted(at.path()));
    }
    return at.read();
  }

  /** Whether the checkpoint of the best epoch is here; its large files are not read. */
  public boolean holds(Best best) throws IOException {
    return at(name(best)).isOf(best);
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
        new CheckpointFolder(RunFolder.existing(hadoop, beside), name(best).toString());
    try {
      if (!from.isOf(best)) {
        return false;
      }
      at(name(best)).write(from.read());
      return true;
    } catch (DamagedCheckpointException e) {
      LOG.warn(e.getMessage());
      return false;
    }
  }

  /** Path of the checkpoint of a position. */
  public String path(Position position) {
    return at(CheckpointName.of(position)).path();
  }

  /** Reads the checkpoint at a Hadoop path, or says why it cannot be used. */
  public static Checkpoint read(Configuration hadoop, String path) throws IOException {
    Path at = new Path(path);
    if (at.isRoot()) {
      throw new WrongInputException(
          "Cannot read checkpoint " + path + ": it is no checkpoint folder");
    }
    RunFolder beside = RunFolder.existing(hadoop, at.getParent());
    List<String> there = beside.list(at.getName());
    if (there.isEmpty() || there.contains(RunFolder.CHECKPOINTS)) {
      throw new WrongInputException(
          "Cannot read checkpoint %s: %s"
              .formatted(
                  path,
                  there.isEmpty()
                      ? "there is no such folder, or nothing in it"
                      : "it is the folder of a run, whose checkpoints lie in its folder "
                          + RunFolder.CHECKPOINTS));
    }
    return new CheckpointFolder(beside, at.getName()).read();
  }

  /** Names of which there is a folder, in order. */
  private List<CheckpointName> names() throws IOException {
    return folder.list(RunFolder.CHECKPOINTS).stream()
        .map(CheckpointName::parse)
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  private CheckpointFolder at(CheckpointName name) {
    return new CheckpointFolder(folder, RunFolder.CHECKPOINTS + "/" + name);
  }

  private static CheckpointName name(Best best) {
    return new CheckpointName(best.epoch(), 0);
  }

  @Override
  public String toString() {
    return folder.path(RunFolder.CHECKPOINTS);
  }
}
