package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Image files of a source, as rows name them that have a path in place of bytes.
 *
 * @param root folder of the source
 */
record ImageFiles(String root, HadoopConf hadoop) implements Serializable {
  private static final int MOST_BYTES = 1 << 30;

  Configuration conf() {
    return hadoop.conf();
  }

  /** The bytes of a file of the source. */
  byte[] bytes(String file) throws IOException {
    try (var in = open(SourceFiles.path(root, file))) {
      return in.readAllBytes();
    }
  }

  /** The first bytes of a file of the source, fewer if it is shorter. */
  byte[] head(String file, int bytes) throws IOException {
    try (var in = open(SourceFiles.path(root, file))) {
      return in.readNBytes(bytes);
    }
  }

  /**
   * The row with the image that lies at {@code path}: absolute, or relative to the folder of the
   * row's file or to the source. Where there is none, the row says so.
   */
  SourceRow read(SourceRow row, String path) {
    try {
      for (Path place : places(row.file(), path)) {
        try {
          return row.with(bounded(place));
        } catch (FileNotFoundException e) {
          continue; // it may lie at the next place
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return row.without("it has the path %s and no bytes: %s".formatted(path, e.getMessage()));
    }
    return row.without(
        path.isEmpty()
            ? SourceRow.NO_IMAGE
            : "it has a path and no bytes, and no file is at %s".formatted(path));
  }

  private List<Path> places(String file, String path) {
    if (path.isEmpty()) {
      return List.of();
    }
    if (path.startsWith("/") || new Path(path).toUri().getScheme() != null) {
      return List.of(new Path(path));
    }
    int slash = file.lastIndexOf('/');
    String folder = slash < 0 ? "" : file.substring(0, slash + 1);
    return List.of(SourceFiles.path(root, folder + path), SourceFiles.path(root, path));
  }

  private byte[] bounded(Path path) throws IOException {
    FileStatus status = plain(hadoop.fileSystem(path)).getFileStatus(path);
    if (!status.isFile() || status.getLen() > MOST_BYTES) {
      throw new IOException("it is no file, or has more than %,d bytes".formatted(MOST_BYTES));
    }
    try (var in = open(path)) {
      return in.readNBytes((int) status.getLen());
    }
  }

  private FSDataInputStream open(Path path) throws IOException {
    return plain(hadoop.fileSystem(path)).open(path);
  }

  /** Beside an image a local folder has no .crc file of Hadoop's, whose name may hold no colon. */
  private static FileSystem plain(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }
}
