package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One folder a class, {@code <split>/<class>/...} or {@code <class>/...}. A file is an image if it
 * has the extension of a PNG or JPEG, or none.
 */
final class FolderSource implements Source {
  private static final long serialVersionUID = 1;
  private static final Set<String> EXTENSIONS = Set.of("", "png", "jpg", "jpeg", "jpe", "jfif");

  private final String root;
  private final HadoopConf conf;
  private final boolean splitFolders;
  private final List<Slice> slices;
  private final List<String> leftOut = new ArrayList<>();

  FolderSource(SourceFiles files, String source, Configuration conf) throws IOException {
    this.root = files.root().toString();
    this.conf = new HadoopConf(conf);
    leftOut.addAll(
        LeftOut.files(
            files.files().stream()
                .map(file -> extension(file.name()))
                .filter(extension -> !EXTENSIONS.contains(extension))
                .toList()));
    List<SourceFiles.Entry> images =
        files.files().stream().filter(file -> EXTENSIONS.contains(extension(file.name()))).toList();
    if (images.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: none of its files is a *.parquet, an IDX file, or a PNG or JPEG"
              .formatted(source));
    }
    this.splitFolders =
        images.stream()
            .allMatch(
                file ->
                    file.path().split("/").length > 2 && Splits.named(first(file.path())) != null);
    List<String> stray =
        images.stream().map(SourceFiles.Entry::path).filter(path -> !path.contains("/")).toList();
    if (!stray.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: %d of its images are in no class folder, the first is %s (must be <class>/<image> or <split>/<class>/<image>; a name that starts with _ is left out)"
              .formatted(source, stray.size(), stray.get(0)));
    }
    this.slices =
        images.stream().map(file -> new Slice(file.path(), 0, 0, 1, file.bytes())).toList();
    FileSystem fs = files.root().getFileSystem(conf);
    leftOut.addAll(
        LeftOut.folders(
            fs,
            splitFolders ? LeftOut.within(fs, files.root()) : List.of(files.root()),
            slices.stream().map(slice -> label(slice.file())).collect(Collectors.toSet())));
  }

  private String label(String file) {
    return file.split("/")[splitFolders ? 1 : 0];
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    Path path = SourceFiles.path(root, slice.file());
    byte[] bytes;
    try (var in = plain(conf.fileSystem(path)).open(path)) {
      bytes = in.readAllBytes();
    }
    String split = splitFolders ? first(slice.file()) : null;
    var row = new SourceRow(slice.file(), 0, split, label(slice.file()), bytes, 0, 0);
    return new One(List.of(row).iterator());
  }

  /** Beside an image a local folder has no .crc file of Hadoop's, whose name may hold no colon. */
  private static FileSystem plain(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  @Override
  public boolean integerLabels() {
    return false;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }

  private static String first(String path) {
    return path.substring(0, path.indexOf('/'));
  }

  private record One(Iterator<SourceRow> rows) implements RowIterator {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public SourceRow next() {
      return rows.next();
    }

    @Override
    public void close() {}
  }
}
