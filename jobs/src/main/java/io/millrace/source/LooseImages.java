package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * All images of a folder, wherever they lie in it, without labels. Which files are images is told
 * as in a {@link FolderSource}, splits as in a {@link ParquetSource}.
 */
final class LooseImages implements Source {
  private static final long serialVersionUID = 1;

  private final ImageFiles images;
  private final PathSplits splits;
  private final List<Slice> slices;
  private final List<String> leftOut = new ArrayList<>();

  LooseImages(SourceFiles files, SourceConfig config, Configuration conf) {
    images = new ImageFiles(files.root().toString(), new HadoopConf(conf));
    List<SourceFiles.Entry> found = FolderSource.images(files, config.place(), leftOut);
    List<String> paths = found.stream().map(SourceFiles.Entry::path).toList();
    splits = config.splitByPath() ? PathSplits.of(paths, null, config.place()) : PathSplits.NONE;
    slices =
        splits.choose(found, config.splits(), leftOut).stream()
            .map(file -> new Slice(file.path(), 0, 0, 1, file.bytes()))
            .toList();
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    return new OneRow(
        new SourceRow(
            slice.file(), 0, splits.name(slice.file()), null, images.bytes(slice.file()), 0, 0));
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  @Override
  public boolean integerLabels() {
    return true;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }
}
