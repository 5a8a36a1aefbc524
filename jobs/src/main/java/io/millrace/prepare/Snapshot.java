package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.HadoopConf;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.dataset.RowOrigins;
import io.millrace.store.WholeFiles;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import scala.Tuple2;

/**
 * The data files of one run of prepare, in a folder of their own. They belong to the set only once
 * the manifest that names them has replaced the earlier one, in one step.
 */
final class Snapshot implements Serializable {
  private static final long serialVersionUID = 1;

  private final String root;
  private final String name;
  private final HadoopConf conf;

  Snapshot(Path root, String name, Configuration conf) {
    this.root = root.toString();
    this.name = name;
    this.conf = new HadoopConf(conf);
  }

  String name() {
    return name;
  }

  /** Name of the folder of this run's quarantine. */
  String quarantine() {
    return name.replaceFirst("data-", "quarantine-");
  }

  /** Makes the set's folder, so that a place that cannot be written shows before the work. */
  void createRoot() {
    create(new Path(root));
  }

  /** Makes the folder of this run. */
  void create() {
    create(new Path(root, name));
  }

  private void create(Path folder) {
    try {
      if (conf.fileSystem(folder).mkdirs(folder)) {
        return;
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    throw unwritable(null);
  }

  private IllegalArgumentException unwritable(IOException cause) {
    return new IllegalArgumentException(
        "Invalid dataset.path: %s (must be a folder that can be written)".formatted(root), cause);
  }

  /** Writes the rows of one file and moves it to its place; runs on executors. */
  WrittenFile write(String fileName, int blockRows, Iterator<Tuple2<RowKey, StoredRow>> rows)
      throws IOException {
    Path folder = new Path(root, name);
    FileSystem fs = conf.fileSystem(folder);
    Path attempt =
        new Path(folder, ".%s-%d".formatted(fileName, TaskContext.get().taskAttemptId()));
    Path origins = attempt.suffix("-origins");
    try (var writer = new ParquetBlockWriter(attempt, blockRows, conf.conf());
        var originWriter = new RowOrigins.Writer(origins, conf.conf())) {
      IdSum ids = new IdSum();
      while (rows.hasNext()) {
        var row = rows.next();
        if (TaskContext.get().isInterrupted()) {
          throw new TaskKilledException("prepare was stopped");
        }
        ids.add(row._1().id());
        writer.write(row._1().id(), row._2().label(), row._2().image());
        originWriter.write(row._2().origin());
      }
      originWriter.close();
      DataFile file = writer.finish(name + "/" + fileName);
      Path target = new Path(folder, fileName);
      long bytes = fs.getFileStatus(origins).getLen();
      moveInto(fs, origins, RowOrigins.beside(target), bytes);
      moveInto(fs, attempt, target, file.bytes());
      return new WrittenFile(file, ids.high(), ids.low());
    } finally {
      fs.delete(attempt, false);
      fs.delete(origins, false);
    }
  }

  /**
   * Makes the set what {@code manifest} says.
   *
   * @throws IOException if a file that it names is not there in full length
   */
  void commit(DatasetManifest manifest) throws IOException {
    requireFiles(manifest);
    byte[] json = manifest.toJson().getBytes(StandardCharsets.UTF_8);
    Path target = new Path(root, DatasetManifest.FILE_NAME);
    WholeFiles.at(target, conf.conf()).replace(target, out -> out.write(json));
  }

  private void requireFiles(DatasetManifest manifest) throws IOException {
    Path folder = new Path(root, name);
    Map<String, Long> lengths = new HashMap<>();
    if (!manifest.splits().isEmpty()) {
      for (FileStatus status : conf.fileSystem(folder).listStatus(folder)) {
        lengths.put(name + "/" + status.getPath().getName(), status.getLen());
      }
    }
    for (var split : manifest.splits().values()) {
      for (DataFile file : split.files()) {
        if (!Long.valueOf(file.bytes()).equals(lengths.get(file.path()))) {
          throw new IOException(
              "Cannot commit %s: file %s is gone or cut since it was written (did something else clean up there?)"
                  .formatted(root, file.path()));
        }
      }
    }
  }

  /** Removes what this run wrote. */
  void discard(boolean withQuarantine) throws IOException {
    Path folder = new Path(root, name);
    FileSystem fs = conf.fileSystem(folder);
    fs.delete(folder, true);
    if (withQuarantine) {
      fs.delete(new Path(root, quarantine()), true);
    }
  }

  /** Removes snapshots and quarantines that are not among {@code kept}. */
  void sweep(Set<String> kept) throws IOException {
    Path folder = new Path(root);
    FileSystem fs = conf.fileSystem(folder);
    for (FileStatus status : fs.listStatus(folder)) {
      String child = status.getPath().getName();
      boolean ours = child.startsWith("data-") || child.startsWith("quarantine-");
      if (status.isDirectory() && ours && !kept.contains(child)) {
        fs.delete(status.getPath(), true);
      }
    }
  }

  /** Another attempt may have been faster; its bytes are the same. */
  private static void moveInto(FileSystem fs, Path attempt, Path target, long bytes)
      throws IOException {
    if (!fs.rename(attempt, target)
        && !(fs.exists(target) && fs.getFileStatus(target).getLen() == bytes)) {
      throw new IOException("Cannot rename %s to %s".formatted(attempt, target));
    }
  }
}
