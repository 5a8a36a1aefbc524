package io.millrace.formats;

import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of somebody's that is only read.
 *
 * @param folder where it lies
 * @param path as the user wrote it
 * @param size in bytes
 */
record GivenFile(RunFolder folder, String path, long size) {
  /** Reads something of a file. */
  interface Reader<T> {
    T read(GivenFile file) throws IOException;
  }

  /**
   * Reads something of the file at a Hadoop path.
   *
   * @param what it is to be, in words
   * @throws IOException in one line if it is missing, or the reader says that it is damaged
   */
  static <T> T read(Configuration hadoop, String path, String what, Reader<T> reader)
      throws IOException {
    try {
      Path file = new Path(path);
      RunFolder folder = RunFolder.existing(hadoop, file.getParent());
      long size = folder.size(file.getName());
      if (size < 0) {
        throw new WrongInputException("there is no such file (train writes it)");
      }
      return reader.read(new GivenFile(folder, path, size));
    } catch (IOException | IllegalArgumentException e) {
      String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw WrongInputException.of("Cannot read %s %s: %s".formatted(what, path, reason), e);
    }
  }

  /** Opens it at its first byte. */
  InputStream open() throws IOException {
    return folder.open(new Path(path).getName());
  }
}
