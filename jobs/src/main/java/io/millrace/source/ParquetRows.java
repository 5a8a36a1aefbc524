package io.millrace.source;

import io.millrace.dataset.ParquetFiles;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import shaded.parquet.org.apache.thrift.TException;

/**
 * The rows of one row group; only the columns that are used are read. Rows of a split that was not
 * chosen are passed over.
 */
final class ParquetRows implements RowIterator {
  private final Path path;
  private final Slice slice;
  private final SourceConfig config;
  private final ImageFiles imageFiles;
  private final LabelType labels;
  private final String folderLabel;
  private final String folderSplit;
  private final ParquetFileReader reader;
  private final ColumnReader image;
  private final ColumnReader imagePath;
  private final ColumnReader label;
  private final ColumnReader split;
  private final ColumnReader[] pixels;
  private final ColumnReader filePath;
  private final PathLabels pathLabels;
  private final BitSet kept;
  private long row;
  private SourceRow ahead;

  /**
   * Opens a row group.
   *
   * @param fileSplit split that the file's path tells, or null
   * @param filter which rows are read
   * @param pathLabels what the paths of files tell, or null
   * @throws BadSourceException if its bytes cannot be decoded
   */
  ParquetRows(
      Path path,
      Slice slice,
      String fileSplit,
      SourceConfig config,
      ImageFiles imageFiles,
      RowFilter filter,
      PathLabels pathLabels)
      throws IOException {
    this.path = path;
    this.slice = slice;
    this.config = config;
    this.imageFiles = imageFiles;
    this.pathLabels = pathLabels;
    this.reader = open(path, imageFiles.conf());
    try {
      MessageType schema = reader.getFileMetaData().getSchema();
      ParquetColumns names = ParquetColumns.of(schema, config, slice.file());
      kept = filter.none() ? null : filter.kept(reader, slice);
      MessageType used = used(schema, names);
      reader.setRequestedSchema(used);
      var columns =
          new ColumnReadStoreImpl(
              reader.readRowGroup(slice.part()),
              new DummyRecordConverter(used).getRootConverter(),
              used,
              reader.getFileMetaData().getCreatedBy());
      labels = names.labels();
      image = column(columns, used, names.image());
      imagePath = names.path() == null ? null : column(columns, used, names.path());
      label = column(columns, used, names.label());
      split = column(columns, used, names.split());
      filePath = column(columns, used, names.filePath());
      pixels = pixels(columns, used, names);
      folderLabel =
          label == null && filePath == null && config.isLabelled()
              ? HivePath.value(slice.file(), config.label())
              : null;
      folderSplit =
          split == null && config.split() != null
              ? HivePath.value(slice.file(), config.split())
              : fileSplit;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      reader.close();
      throw damaged(e);
    }
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && row < slice.rows()) {
      try {
        if (kept != null && !kept.get((int) row)) {
          pass();
          continue;
        }
        SourceRow read = read();
        ahead = chosen(read) ? read : null;
      } catch (RuntimeException | OutOfMemoryError e) {
        throw bad(e);
      }
    }
    return ahead != null;
  }

  @Override
  public SourceRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    SourceRow next = ahead;
    ahead = null;
    return next;
  }

  /** Of a row that has the path of an image in place of its bytes no file is read. */
  @Override
  public void skipTo(long number) {
    try {
      while (row < slice.rows() && slice.firstRow() + row < number) {
        pass();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      throw bad(e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static ParquetFileReader open(Path path, Configuration conf) throws IOException {
    long length = path.getFileSystem(conf).getFileStatus(path).getLen();
    return ParquetFileReader.open(
        ParquetFiles.opening(path, conf), path, ParquetFiles.footer(path, length, conf));
  }

  /** Goes on to the next row. */
  private void pass() {
    List<ColumnReader> columns = new ArrayList<>(List.of(pixels));
    columns.addAll(Arrays.asList(image, imagePath, label, split, filePath));
    for (ColumnReader column : columns) {
      if (column != null) {
        column.skip();
        column.consume();
      }
    }
    row++;
  }

  private SourceRow read() {
    byte[] bytes = present(image) ? image.getBinary().getBytes() : null;
    image.consume();
    String file = imagePath == null ? null : text(imagePath);
    int[] shape = new int[pixels.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = present(pixels[i]) ? pixels[i].getInteger() : -1;
      pixels[i].consume();
    }
    String name = label == null ? folderLabel : label();
    String own = split == null ? folderSplit : text(split);
    if (filePath != null) {
      String path = Objects.requireNonNullElse(text(filePath), "");
      name = config.isLabelled() ? pathLabels.label(path) : null;
      own = own == null ? pathLabels.split(path) : own;
    }
    if (config.split() != null && own == null) {
      own = SourceRow.NO_SPLIT;
    }
    var read = new SourceRow(slice.file(), slice.firstRow() + row++, own, name, bytes, 0, 0);
    if (shape.length > 0 && bytes != null) {
      return chosen(read) ? MlImage.encoded(read, shape) : read;
    }
    return bytes == null && file != null && chosen(read) ? imageFiles.read(read, file) : read;
  }

  /** Readers of height, width, channels and mode of an image of Spark ML. */
  private static ColumnReader[] pixels(
      ColumnReadStoreImpl columns, MessageType used, ParquetColumns names) {
    return names.pixels() == null
        ? new ColumnReader[0]
        : Arrays.stream(names.pixels())
            .skip(1)
            .map(path -> column(columns, used, path))
            .toArray(ColumnReader[]::new);
  }

  private boolean chosen(SourceRow row) {
    return Splits.reads(config.splits(), row);
  }

  private static MessageType used(MessageType schema, ParquetColumns names) {
    Set<Type> fields = new LinkedHashSet<>();
    Type image = schema.getType(names.image()[0]);
    fields.add(image.isPrimitive() ? image : members(image.asGroupType(), names));
    for (String name : new String[] {names.label(), names.split(), names.filePath()}) {
      if (name != null) {
        fields.add(schema.getType(name));
      }
    }
    return new MessageType(schema.getName(), List.copyOf(fields));
  }

  private static Type members(GroupType image, ParquetColumns names) {
    List<Type> members = new ArrayList<>();
    if (names.pixels() == null) {
      members.add(image.getType(names.image()[1]));
    } else {
      Arrays.stream(names.pixels()).forEach(path -> members.add(image.getType(path[1])));
    }
    if (names.path() != null) {
      members.add(image.getType(names.path()[1]));
    }
    return new GroupType(image.getRepetition(), image.getName(), members);
  }

  private static ColumnReader column(
      ColumnReadStoreImpl columns, MessageType used, String... path) {
    return path[0] == null ? null : columns.getColumnReader(used.getColumnDescription(path));
  }

  private static boolean present(ColumnReader column) {
    return column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
  }

  private String label() {
    String text = present(label) ? labels.text().apply(label) : null;
    label.consume();
    return text;
  }

  private static String text(ColumnReader column) {
    String text = present(column) ? column.getBinary().toStringUsingUTF8() : null;
    column.consume();
    return text;
  }

  /** Bytes that cannot be decoded are the file's fault; any other failure to read may pass. */
  private IOException damaged(Throwable e) {
    boolean bytes =
        e instanceof EOFException
            || e instanceof ChecksumException
            || e.getCause() instanceof TException;
    if (e instanceof IOException io && !bytes) {
      return new IOException(message(e), io);
    }
    throw bad(e);
  }

  private BadSourceException bad(Throwable e) {
    return e instanceof BadSourceException bad ? bad : new BadSourceException(message(e), e);
  }

  private String message(Throwable e) {
    String reason = ParquetFiles.words(e);
    if (e instanceof OutOfMemoryError) {
      reason =
          "it needs more memory than there is here (%,d bytes in the file; write smaller row groups, or raise spark.executor.memory)"
              .formatted(slice.bytes());
    }
    return "Cannot read row group %d of %s: %s".formatted(slice.part(), path, reason);
  }
}
