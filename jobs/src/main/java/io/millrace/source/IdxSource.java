package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/**
 * Pairs of IDX files named as those of MNIST: {@code <split>-images-idx3-ubyte[.gz]} and labels,
 * which are not asked for where rows need none.
 */
final class IdxSource implements Source {
  private static final long serialVersionUID = 1;
  private static final int SLICE_ROWS = 10_000;

  private final String root;
  private final HadoopConf conf;
  private final PathSplits splits;
  private final boolean labelled;
  private final Map<String, String> labelFiles = new HashMap<>();
  private final List<Slice> slices = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  IdxSource(SourceFiles files, SourceConfig config, Configuration conf) throws IOException {
    this.root = files.root().toString();
    this.conf = new HadoopConf(conf);
    this.labelled = config.isLabelled();
    leftOut.addAll(files.links());
    IdxPairs pairs = IdxPairs.of(files.files(), config.place());
    pairs.requireEqualTwins(root, conf);
    leftOut.addAll(LeftOut.some(pairs.twins(), "files that are there unpacked too"));
    List<String> paths = pairs.images().stream().map(SourceFiles.Entry::path).toList();
    this.splits =
        config.splitByPath() ? PathSplits.of(paths, null, config.place()) : PathSplits.NONE;
    for (var file : splits.choose(pairs.images(), config.splits(), leftOut)) {
      if (labelled) {
        addLabels(file.path(), pairs.labels(file.path()), conf);
      }
      addSlices(file.path(), conf);
    }
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    return new Rows(slice);
  }

  @Override
  public boolean integerLabels() {
    return true;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }

  private void addSlices(String file, Configuration conf) throws IOException {
    try (var images = new IdxFile(SourceFiles.path(root, file), conf)) {
      requireDimensions(images, file, 3, "images");
      int rows = images.shape()[0];
      for (int from = 0; from < rows; from += SLICE_ROWS) {
        int count = Math.min(SLICE_ROWS, rows - from);
        slices.add(new Slice(file, 0, from, count, (long) count * images.rowBytes()));
      }
    }
  }

  private void addLabels(String file, String labelFile, Configuration conf) throws IOException {
    labelFiles.put(file, labelFile);
    try (var images = new IdxFile(SourceFiles.path(root, file), conf);
        var labels = new IdxFile(SourceFiles.path(root, labelFile), conf)) {
      requireDimensions(images, file, 3, "images");
      requireDimensions(labels, labelFile, 1, "labels");
      int rows = images.shape()[0];
      if (labels.shape()[0] != rows) {
        throw new BadSourceException(
            "Cannot read IDX file %s: %d images do not go with %d labels in %s"
                .formatted(file, rows, labels.shape()[0], labelFile),
            null);
      }
    }
  }

  private static void requireDimensions(IdxFile file, String name, int dimensions, String what) {
    int found = file.shape().length;
    if (found != dimensions) {
      throw new BadSourceException(
          "Cannot read IDX file %s: its magic number is %08x, for %d dimensions (must be %08x for %s)"
              .formatted(name, 0x800 | found, found, 0x800 | dimensions, what),
          null);
    }
  }

  private final class Rows implements RowIterator {
    private final Slice slice;
    private final String split;
    private final IdxFile images;
    private final IdxFile labels;
    private long row;

    Rows(Slice slice) throws IOException {
      this.slice = slice;
      this.split = splits.name(slice.file());
      this.images = new IdxFile(SourceFiles.path(root, slice.file()), conf.conf());
      images.skip(slice.firstRow());
      String file = labelFiles.get(slice.file());
      this.labels = file == null ? null : new IdxFile(SourceFiles.path(root, file), conf.conf());
      if (labels != null) {
        labels.skip(slice.firstRow());
      }
    }

    @Override
    public boolean hasNext() {
      return row < slice.rows();
    }

    @Override
    public SourceRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        String label = labels == null ? null : Integer.toString(labels.next()[0] & 0xff);
        int[] shape = images.shape();
        long number = slice.firstRow() + row++;
        return new SourceRow(slice.file(), number, split, label, images.next(), shape[1], shape[2]);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      images.close();
      if (labels != null) {
        labels.close();
      }
    }
  }
}
