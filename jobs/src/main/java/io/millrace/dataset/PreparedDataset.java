package io.millrace.dataset;

import io.millrace.store.WrongInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A prepared data set that was opened: its manifest, its blocks and their reader. */
public final class PreparedDataset {
  private static final String JSON = ".json";

  private final String path;
  private final Path root;
  private final Configuration conf;
  private final DatasetManifest manifest;

  private PreparedDataset(String path, Path root, Configuration conf, DatasetManifest manifest) {
    this.path = path;
    this.root = root;
    this.conf = conf;
    this.manifest = manifest;
  }

  /**
   * Opens a set and checks that its files are there in full length.
   *
   * @param path its folder, or the manifest of one that has another name than {@link
   *     DatasetManifest#FILE_NAME}, such as {@code nights/set-2026-11-21.json}
   * @throws IOException if it is missing, damaged, or of a newer format; the message names the file
   */
  public static PreparedDataset open(String path, Configuration conf) throws IOException {
    Path given = new Path(path);
    FileSystem files = given.getFileSystem(conf);
    Path full = files.makeQualified(given);
    String place = given.isAbsolute() ? "" : ", looked for as " + full;
    boolean named = given.getName().endsWith(JSON) && !files.isDirectory(full);
    Path root = named ? full.getParent() : full;
    Path file = named ? full : new Path(root, DatasetManifest.FILE_NAME);
    String json;
    try (var in = files.open(file)) {
      json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new WrongInputException(
          "Cannot read prepared data set %s: it has no %s%s (run prepare first)"
              .formatted(path, file.getName(), place),
          e);
    } catch (IOException e) {
      throw WrongInputException.of(
          "Cannot read prepared data set %s: %s".formatted(path, e.getMessage()), e);
    }
    var dataset = new PreparedDataset(path, root, conf, DatasetManifest.parse(json, path));
    dataset.check();
    return dataset;
  }

  /** Where it was asked for, for messages. */
  public String path() {
    return path;
  }

  /** The manifest. */
  public DatasetManifest manifest() {
    return manifest;
  }

  /** Fingerprint of the contents: equal for equal sets, wherever they lie. */
  public String fingerprint() {
    return manifest.fingerprint();
  }

  /** Class names in the order of their labels. */
  public List<String> classes() {
    return manifest.classes();
  }

  /** Examples of a split, 0 if the set does not have it. */
  public long rows(Split split) {
    var files = manifest.splits().get(split);
    return files == null ? 0 : files.rows();
  }

  /** Blocks of a split in order, none if the set does not have it. */
  public List<Block> blocks(Split split) {
    var blocks = new ArrayList<Block>();
    var splitFiles = manifest.splits().get(split);
    if (splitFiles != null) {
      for (var file : splitFiles.files()) {
        for (int i = 0; i < file.blocks().size(); i++) {
          var group = file.blocks().get(i);
          blocks.add(new Block(file.path(), i, group.rows(), group.bytes()));
        }
      }
    }
    return blocks;
  }

  /** Order-free hash of the ids of a split. */
  public IdSum idSum(Split split) {
    var files = manifest.splits().get(split);
    return files == null ? new IdSum() : IdSum.parse(files.idSum());
  }

  /** What an input of {@code channels} channels is normalised by; nothing unless told to. */
  public Normalisation normalisation(int channels, boolean normalize) {
    return normalize ? Normalisation.by(manifest.images(), channels) : Normalisation.none(channels);
  }

  /** A reader of the set's blocks, for executors. */
  public ParquetBlockReader reader() {
    return new ParquetBlockReader(root.toString(), conf);
  }

  /** The examples of a split in stored order, one block in memory at a time. */
  public Iterator<Example> examples(Split split) {
    return new ExampleIterator(blocks(split).iterator(), reader());
  }

  Configuration conf() {
    return conf;
  }

  /** Full path of the set's folder. */
  public Path root() {
    return root;
  }

  /**
   * What of the set is not there any more, or not in full length; empty if all is.
   *
   * @throws IOException if that cannot be told
   */
  public Optional<String> lost() throws IOException {
    FileSystem files = root.getFileSystem(conf);
    Map<Path, Map<String, Long>> folders = new HashMap<>();
    for (var split : manifest.splits().values()) {
      for (var file : split.files()) {
        Path path = new Path(root, file.path());
        Map<String, Long> lengths = folders.get(path.getParent());
        if (lengths == null) {
          lengths = lengths(files, path.getParent());
          folders.put(path.getParent(), lengths);
        }
        Long length = lengths.get(path.getName());
        if (length == null) {
          return Optional.of("file %s is missing".formatted(file.path()));
        }
        if (length != file.bytes()) {
          return Optional.of(
              "file %s has %d bytes, the manifest says %d"
                  .formatted(file.path(), length, file.bytes()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that all of the set is there.
   *
   * @throws IOException if not, or if that cannot be told
   */
  public void check() throws IOException {
    Optional<String> lost = lost();
    if (lost.isPresent()) {
      throw new WrongInputException(
          "Cannot read prepared data set %s: %s".formatted(root, lost.get()));
    }
  }

  private static Map<String, Long> lengths(FileSystem files, Path folder) throws IOException {
    var lengths = new HashMap<String, Long>();
    try {
      for (FileStatus status : files.listStatus(folder)) {
        lengths.put(status.getPath().getName(), status.getLen());
      }
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    return lengths;
  }
}
