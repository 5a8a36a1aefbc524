package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Pairs of IDX files named as those of MNIST: {@code <split>-images-idx3-ubyte[.gz]} and labels.
 */
final class IdxSource implements Source {
  private static final long serialVersionUID = 1;
  private static final Pattern IMAGES = Pattern.compile("(.*)-images([-.])idx3-ubyte(\\.gz)?");
  private static final int SLICE_ROWS = 10_000;

  private final String root;
  private final HadoopConf conf;
  private final List<Slice> slices = new ArrayList<>();

  IdxSource(SourceFiles files, String source, Configuration conf) throws IOException {
    this.root = files.root().toString();
    this.conf = new HadoopConf(conf);
    for (var file : files.files()) {
      if (isImages(file.name())) {
        addSlices(file, conf);
      }
    }
    if (slices.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: it has no images-idx3-ubyte file with rows".formatted(source));
    }
  }

  static boolean isImages(String name) {
    return IMAGES.matcher(name).matches();
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

  private void addSlices(SourceFiles.Entry file, Configuration conf) throws IOException {
    try (var images = new IdxFile(SourceFiles.path(root, file.path()), conf);
        var labels = new IdxFile(SourceFiles.path(root, labels(file.path())), conf)) {
      int rows = images.shape()[0];
      if (images.shape().length != 3 || labels.shape().length != 1 || labels.shape()[0] != rows) {
        throw new IOException(
            "Cannot read IDX file %s: %d images do not go with %d labels"
                .formatted(file.path(), rows, labels.shape()[0]));
      }
      for (int from = 0; from < rows; from += SLICE_ROWS) {
        int count = Math.min(SLICE_ROWS, rows - from);
        slices.add(new Slice(file.path(), 0, from, count, (long) count * images.rowBytes()));
      }
    }
  }

  private static String labels(String images) {
    return images.replaceFirst("-images([-.])idx3-", "-labels$1idx1-");
  }

  private final class Rows implements RowIterator {
    private final Slice slice;
    private final String split;
    private final IdxFile images;
    private final IdxFile labels;
    private long row;

    Rows(Slice slice) throws IOException {
      this.slice = slice;
      Path path = SourceFiles.path(root, slice.file());
      Matcher name = IMAGES.matcher(path.getName());
      this.split = name.matches() ? name.group(1) : null;
      this.images = new IdxFile(path, conf.conf());
      this.labels = new IdxFile(SourceFiles.path(root, labels(slice.file())), conf.conf());
      images.skip(slice.firstRow());
      labels.skip(slice.firstRow());
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
        String label = Integer.toString(labels.next()[0] & 0xff);
        int[] shape = images.shape();
        long number = slice.firstRow() + row++;
        return new SourceRow(slice.file(), number, split, label, images.next(), shape[1], shape[2]);
      } catch (IOException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      images.close();
      labels.close();
    }
  }
}
