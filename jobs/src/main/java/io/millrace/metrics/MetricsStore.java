package io.millrace.metrics;

import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a run's epochs: {@code metrics.jsonl}, one line an epoch, and {@code summary.csv}.
 * Both are written whole after each epoch, since object stores and HDFS have no usable append.
 */
public final class MetricsStore {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsStore.class);

  private final RunFolder folder;
  private final List<EpochMetrics> epochs = new ArrayList<>();

  /** A store for a run that starts anew. */
  public MetricsStore(RunFolder folder) {
    this.folder = folder;
  }

  /**
   * A store that goes on from the lines that a checkpoint holds. Where the folder's own files do
   * not hold them too, they are written anew: a crash may have cut them.
   */
  public static MetricsStore resume(RunFolder folder, String lines) throws IOException {
    MetricsStore store = new MetricsStore(folder);
    whole(lines).forEach(store::add);
    Optional<String> there = folder.text(RunFolder.METRICS);
    if (there.isEmpty() || !there.get().startsWith(lines)) {
      if (there.isPresent()) {
        LOG.warn(
            "{} is damaged, or of another course: its first {} epochs are written anew, as the"
                + " checkpoint has them",
            folder.path(RunFolder.METRICS),
            store.epochs.size());
      }
      store.write();
    }
    return store;
  }

  /**
   * The epochs that a run's metrics.jsonl has; none where it is missing.
   *
   * @throws IOException for a line that is none
   */
  public static List<EpochMetrics> read(RunFolder folder) throws IOException {
    String lines = folder.text(RunFolder.METRICS).orElse("");
    List<EpochMetrics> epochs = whole(lines);
    if (epochs.size() < lines.lines().count()) {
      throw new WrongInputException(
          "Cannot read %s: line %d is damaged (train --resume auto writes it anew)"
              .formatted(folder.path(RunFolder.METRICS), epochs.size() + 1));
    }
    return epochs;
  }

  /** The epochs of a metrics.jsonl before its first line that is none. */
  public static List<EpochMetrics> whole(String lines) {
    List<EpochMetrics> epochs = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      Optional<EpochMetrics> epoch = MetricsLine.read(line);
      if (epoch.isEmpty()) {
        break;
      }
      epochs.add(epoch.get());
    }
    return epochs;
  }

  /** Adds an epoch; {@link #write} writes it down. */
  public void add(EpochMetrics metrics) {
    epochs.add(metrics);
  }

  /** Writes both files. */
  public void write() throws IOException {
    folder.write(RunFolder.METRICS, lines());
    folder.write(RunFolder.SUMMARY, SummaryCsv.text(epochs));
  }

  /** The text of metrics.jsonl. */
  public String lines() {
    StringBuilder lines = new StringBuilder();
    epochs.forEach(epoch -> lines.append(MetricsLine.of(epoch)).append('\n'));
    return lines.toString();
  }

  /** All epochs, oldest first. */
  public List<EpochMetrics> epochs() {
    return List.copyOf(epochs);
  }
}
