package io.millrace.store;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * By what a file that was read is told from another one that took its place since.
 *
 * @param bytes its size
 * @param modified when it was last written, by the clock of its own store
 */
public record FileVersion(long bytes, long modified) {
  /** A file as it is now. */
  public static FileVersion of(Configuration hadoop, Path file) throws IOException {
    FileStatus status = file.getFileSystem(hadoop).getFileStatus(file);
    return new FileVersion(status.getLen(), status.getModificationTime());
  }
}
