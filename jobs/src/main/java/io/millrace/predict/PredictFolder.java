package io.millrace.predict;

import io.millrace.store.RunFolder;
import io.millrace.store.WholeFiles;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A folder of predictions: {@code manifest.json}, and under {@code predictions} and {@code
 * quarantine} a Parquet file a chunk. Lives on the driver.
 */
final class PredictFolder {
  private static final String MANIFEST = "manifest.json";
  private static final String PREDICTIONS = "predictions";
  private static final String QUARANTINE = "quarantine";
  private static final String SUCCESS = PREDICTIONS + "/_SUCCESS";

  private final RunFolder folder;

  private PredictFolder(RunFolder folder) {
    this.folder = folder;
  }

  /**
   * Opens one, and makes it if it is missing.
   *
   * @throws IllegalArgumentException if something else lies there
   */
  static PredictFolder open(Configuration hadoop, String output) throws IOException {
    RunFolder there = RunFolder.existing(hadoop, new Path(output));
    List<String> others =
        there.list("").stream()
            .filter(name -> !name.startsWith("."))
            .filter(name -> !List.of(MANIFEST, PREDICTIONS, QUARANTINE).contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid --output: %s (must be a folder of its own; it holds %s)"
              .formatted(output, others.get(0)));
    }
    return new PredictFolder(RunFolder.open(hadoop, new Path(output)));
  }

  /** The file of a chunk's predictions. */
  static Path predictions(String folder, String file) {
    return new Path(new Path(folder, PREDICTIONS), file);
  }

  /** The file of a chunk's bad images. */
  static Path quarantine(String folder, String file) {
    return new Path(new Path(folder, QUARANTINE), file);
  }

  Path root() {
    return folder.root();
  }

  String predictions() {
    return folder.path(PREDICTIONS);
  }

  String quarantine() {
    return folder.path(QUARANTINE);
  }

  /**
   * What it holds; nothing if it is new.
   *
   * @throws IOException in one line if that cannot be told
   */
  Optional<PredictManifest> manifest() throws IOException {
    Optional<String> text = folder.text(MANIFEST);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PredictManifest.parse(text.get()));
    } catch (IOException e) {
      throw WrongInputException.of(
          "Cannot read %s: %s (--overwrite begins again)"
              .formatted(folder.path(MANIFEST), e.getMessage()),
          e);
    }
  }

  /**
   * The manifest to go on with: that which is there, if it is one of the same, or else ours.
   *
   * @throws IllegalArgumentException if the folder holds predictions of another kind
   */
  PredictManifest claim(PredictManifest ours, PredictRequest request) throws IOException {
    if (request.overwrite()) {
      clear();
    }
    Optional<PredictManifest> there = manifest();
    Optional<String> difference = there.flatMap(each -> each.difference(ours));
    if (difference.isPresent()) {
      throw new IllegalArgumentException(
          "Cannot predict into %s: it holds predictions %s (take another --output, or --overwrite)"
              .formatted(request.output(), difference.get()));
    }
    if (there.isEmpty()) {
      if (!written().isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot predict into %s: it holds predictions without a manifest (take another --output, or --overwrite)"
                .formatted(request.output()));
      }
      write(ours);
    }
    sweep();
    return there.orElse(ours);
  }

  void write(PredictManifest manifest) throws IOException {
    folder.write(MANIFEST, manifest.toJson());
  }

  /** Says to those who wait for all of it that it is there. */
  void success() throws IOException {
    folder.write(SUCCESS, "");
  }

  /** Names of the files of predictions. */
  List<String> written() throws IOException {
    return folder.list(PREDICTIONS).stream().filter(name -> name.endsWith(".parquet")).toList();
  }

  /** Removes what was half written when its writer died. */
  void sweep() throws IOException {
    for (String part : List.of(PREDICTIONS, QUARANTINE)) {
      for (String name : folder.list(part)) {
        if (WholeFiles.isAside(name)) {
          folder.delete(part + "/" + name);
        }
      }
    }
  }

  /** Removes all predictions; the manifest goes last, by which they are known as such. */
  void clear() throws IOException {
    folder.delete(PREDICTIONS);
    folder.delete(QUARANTINE);
    folder.delete(MANIFEST);
  }
}
