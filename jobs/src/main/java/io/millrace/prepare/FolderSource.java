package io.millrace.prepare;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** One folder a class, {@code <split>/<class>/...} or {@code <class>/...}; a file is an image. */
final class FolderSource implements Source {
  private static final long serialVersionUID = 1;

  private final String root;
  private final HadoopConf conf;
  private final boolean splitFolders;
  private final List<Slice> slices;

  FolderSource(SourceFiles files, String source, Configuration conf) {
    this.root = files.root().toString();
    this.conf = new HadoopConf(conf);
    this.splitFolders =
        files.files().stream()
            .allMatch(
                file ->
                    file.path().split("/").length > 2 && Splits.named(first(file.path())) != null);
    for (var file : files.files()) {
      if (!file.path().contains("/")) {
        throw new IllegalArgumentException(
            "Cannot read %s: %s is no *.parquet and no IDX file, and no image in a class folder (must be <class>/<image> or <split>/<class>/<image>)"
                .formatted(source, file.path()));
      }
    }
    this.slices =
        List.copyOf(
            files.files().stream()
                .map(file -> new Slice(file.path(), 0, 0, 1, file.bytes()))
                .toList());
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    Path path = SourceFiles.path(root, slice.file());
    byte[] bytes;
    try (var in = conf.fileSystem(path).open(path)) {
      bytes = in.readAllBytes();
    }
    String[] names = slice.file().split("/");
    String label = names[splitFolders ? 1 : 0];
    var row = new SourceRow(slice.file(), 0, splitFolders ? names[0] : null, label, bytes, 0, 0);
    return new One(List.of(row).iterator());
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
