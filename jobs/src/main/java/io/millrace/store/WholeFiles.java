package io.millrace.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;

/**
 * The files of one file system, as all that is kept must be written and read: a file is replaced in
 * one step, so that at every moment a reader finds the old one or the new one whole; and what
 * cannot be read is an error, never a file that is not there. How that is done differs:
 *
 * <ul>
 *   <li>a local disk: written aside, forced to the disk, moved over the old file by {@code
 *       rename(2)}, which Hadoop's own file system does not use: it deletes first;
 *   <li>HDFS and its like: written aside, then renamed over the old file;
 *   <li>object stores (S3 and its like): written in place, since an object appears whole when its
 *       stream is closed, and a rename there is a copy after a delete.
 * </ul>
 *
 * <p>Paths are full ones. Methods throw {@link FileNotFoundException} for what is missing, and only
 * for that.
 */
public interface WholeFiles {
  /** Stores whose objects appear at the end of their writing, and which rename by copying. */
  Set<String> OBJECT_STORES = Set.of("gs", "oss", "cosn");

  /** How names end while a file is written. */
  String PART = ".part";

  /** The files of the file system that a path lies on. */
  static WholeFiles at(Path path, Configuration hadoop) throws IOException {
    Path full = FileContext.getFileContext(hadoop).makeQualified(path);
    String scheme = full.toUri().getScheme();
    if (scheme.equals("file")) {
      return new LocalFiles();
    }
    return new HadoopFiles(
        FileContext.getFileContext(full.toUri(), hadoop),
        scheme.startsWith("s3") || OBJECT_STORES.contains(scheme));
  }

  /** Opens a file for reading. */
  InputStream open(Path file) throws IOException;

  /** Size of a file in bytes, or -1 if it is not there. */
  long size(Path file) throws IOException;

  /** Names in a folder, in order; none if it is missing. */
  List<String> list(Path folder) throws IOException;

  /**
   * Writes a file in the place of the one that may stand there, and its folders. A failure leaves
   * the old one as it was. What is returned from has reached the disk, where the store can say so.
   */
  void replace(Path file, Content content) throws IOException;

  /**
   * The same where several may write the file at once, such as attempts of one task: each writes
   * aside under a name of its own, and readers find what one of them wrote whole.
   *
   * @param mark tells them apart
   */
  void replace(Path file, String mark, Content content) throws IOException;

  /**
   * Writes a small file that is written again and again, in a folder that is there: nothing waits
   * for the disk, and a folder that was deleted is not made again.
   *
   * @param mark tells apart those who write it at once
   * @throws FileNotFoundException if the folder is missing, where a store has folders
   */
  void refresh(Path file, String mark, Content content) throws IOException;

  /**
   * Makes a file unless there is one.
   *
   * @return whether it was made; where {@link #locks} is false, two that ask at once may both be
   *     told so
   */
  boolean create(Path file, byte[] content) throws IOException;

  /** Whether of two that {@link #create} a file at once only one is told that it did. */
  boolean locks();

  /** Deletes a file, or a folder with all in it; nothing happens if it is missing. */
  void delete(Path file) throws IOException;

  /** The text of a file in UTF-8, if it is there. */
  static Optional<String> text(WholeFiles files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The name that a file has while it is written. */
  static Path aside(Path file, String mark) {
    return new Path(file.getParent(), "." + file.getName() + mark + PART);
  }

  /** Whether a name is that of a file that was being written when its writer died. */
  static boolean isAside(String name) {
    return name.startsWith(".") && name.endsWith(PART);
  }
}
