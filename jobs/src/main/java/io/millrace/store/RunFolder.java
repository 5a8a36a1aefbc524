package io.millrace.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The folder {@code <output>/<name>} of one run, on any Hadoop file system. Files appear whole:
 * they are written aside and renamed, by {@code FileContext}, whose rename replaces a file and
 * never nests into a folder as {@code FileSystem.rename} does on HDFS. Lives on the driver.
 */
public final class RunFolder {
  public static final String CONFIG = "config.yaml";
  public static final String MANIFEST = "manifest.json";
  public static final String METRICS = "metrics.jsonl";
  public static final String SUMMARY = "summary.csv";
  public static final String CHECKPOINTS = "checkpoints";
  public static final String REPORT = "report.html";
  public static final String MODEL = "model.zip";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final FileContext files;
  private final Path root;

  private RunFolder(FileContext files, Path root) {
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
      FileContext files = FileContext.getFileContext(hadoop);
      Path root = files.makeQualified(path);
      RunFolder folder = new RunFolder(FileContext.getFileContext(root.toUri(), hadoop), root);
      folder.write(".writable", new byte[0]);
      folder.delete(".writable");
      return folder;
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "Cannot write to output folder " + path + ": " + firstLine(e), e);
    }
  }

  /** A folder that is only read; it need not be writable. */
  public static RunFolder existing(Configuration hadoop, Path path) throws IOException {
    Path root = FileContext.getFileContext(hadoop).makeQualified(path);
    return new RunFolder(FileContext.getFileContext(root.toUri(), hadoop), root);
  }

  /** The full path of a file of the run, or of the folder itself for the empty name. */
  public String path(String file) {
    return resolve(file).toString();
  }

  /** Writes a whole file, in place of the one that stood there. */
  public void write(String file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /** Writes a whole text file in UTF-8. */
  public void write(String file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a whole file as a stream; a failure leaves the old file as it was. */
  public void write(String file, Content content) throws IOException {
    Path target = resolve(file);
    Path aside = new Path(target.getParent(), "." + target.getName() + ".part");
    try {
      try (OutputStream out =
          files.create(
              aside,
              EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
              Options.CreateOpts.createParent())) {
        content.writeTo(out);
      }
      files.rename(aside, target, Options.Rename.OVERWRITE);
    } catch (IOException | RuntimeException e) {
      try {
        files.delete(aside, false);
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Whether a file can be read and holds just this. */
  public boolean holds(String file, Content content) {
    try (InputStream in = open(file)) {
      SameBytes same = new SameBytes(in);
      content.writeTo(same);
      return same.toTheEnd();
    } catch (IOException e) {
      return false; // missing or damaged
    }
  }

  /** Opens a file for reading. */
  public InputStream open(String file) throws IOException {
    return files.open(resolve(file));
  }

  /** The text of a file, if it is there. */
  public Optional<String> text(String file) throws IOException {
    try (InputStream in = open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Size of a file in bytes, or -1 if it is not there. */
  public long size(String file) throws IOException {
    try {
      return files.getFileStatus(resolve(file)).getLen();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }

  /** Names in a folder of the run; none if it is missing. */
  public List<String> list(String folder) throws IOException {
    List<String> names = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> entries = files.listStatus(resolve(folder));
      while (entries.hasNext()) {
        names.add(entries.next().getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return names;
    }
    names.sort(null);
    return names;
  }

  /** Deletes a file or a folder with all in it; nothing happens if it is missing. */
  public void delete(String file) throws IOException {
    try {
      files.delete(resolve(file), true);
    } catch (FileNotFoundException e) {
      // Gone already.
    }
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
