package io.millrace.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;

/**
 * The folder {@code <output>/<name>} of one run, on any Hadoop file system. Its files are replaced
 * in one step ({@link WholeFiles}), and what cannot be read is never taken for missing. Lives on
 * the driver.
 */
public final class RunFolder {
  public static final String CONFIG = "config.yaml";
  public static final String MANIFEST = "manifest.json";
  public static final String METRICS = "metrics.jsonl";
  public static final String DIAGNOSTICS = "diagnostics.jsonl";
  public static final String SUMMARY = "summary.csv";
  public static final String CHECKPOINTS = "checkpoints";
  public static final String REPORT = "report.html";
  public static final String MODEL = "model.zip";

  /** What that is, for people. */
  public static final String DESCRIPTION = "model.md";

  private final WholeFiles files;
  private final Path root;

  private RunFolder(WholeFiles files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Opens the folder of a run and makes it if it is missing.
   *
   * @throws IllegalStateException in one line if nothing can be written there
   */
  public static RunFolder open(Configuration hadoop, String output, String name) {
    return open(hadoop, new Path(output, name));
  }

  /** Opens a folder at a Hadoop path and makes it if it is missing. */
  public static RunFolder open(Configuration hadoop, Path path) {
    try {
      RunFolder folder = existing(hadoop, path);
      Path probe = folder.resolve(".writable");
      folder.files.replace(probe, out -> {});
      folder.files.delete(probe);
      return folder;
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "Cannot write to output folder " + path + ": " + firstLine(e), e);
    }
  }

  /** A folder that is only read; it need not be writable. */
  public static RunFolder existing(Configuration hadoop, Path path) throws IOException {
    Path root = FileContext.getFileContext(hadoop).makeQualified(path);
    return new RunFolder(WholeFiles.at(root, hadoop), root);
  }

  /** The folder's own path. */
  public Path root() {
    return root;
  }

  /** The full path of a file of the run, or of the folder itself for the empty name. */
  public String path(String file) {
    return resolve(file).toString();
  }

  /** Writes a whole file, in place of the one that stood there. */
  public void write(String file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /** Writes a whole text file in UTF-8, without the secrets of this process. */
  public void write(String file, String text) throws IOException {
    write(file, Redaction.of(text).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a whole file as a stream; a failure leaves the old file as it was.
   *
   * @throws IOException in one line that names the file
   */
  public void write(String file, Content content) throws IOException {
    try {
      files.replace(resolve(file), content);
    } catch (IOException e) {
      throw new IOException("Cannot write %s: %s".formatted(path(file), firstLine(e)), e);
    }
  }

  /**
   * Whether a file is there, whole, and holds just this.
   *
   * @throws IOException if that cannot be told
   */
  public boolean holds(String file, Content content) throws IOException {
    try (InputStream in = open(file)) {
      SameBytes same = new SameBytes(in);
      content.writeTo(same);
      return same.toTheEnd();
    } catch (FileNotFoundException | ChecksumException e) {
      return false; // missing or damaged
    }
  }

  /** Opens a file for reading. */
  public InputStream open(String file) throws IOException {
    return files.open(resolve(file));
  }

  /** The text of a file, if it is there. */
  public Optional<String> text(String file) throws IOException {
    return WholeFiles.text(files, resolve(file));
  }

  /** Size of a file in bytes, or -1 if it is not there. */
  public long size(String file) throws IOException {
    return files.size(resolve(file));
  }

  /** Names in a folder of the run, in order; none if it is missing. */
  public List<String> list(String folder) throws IOException {
    return files.list(resolve(folder));
  }

  /** Deletes a file or a folder with all in it; nothing happens if it is missing. */
  public void delete(String file) throws IOException {
    files.delete(resolve(file));
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private Path resolve(String file) {
    return file.isEmpty() ? root : new Path(root, file);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
