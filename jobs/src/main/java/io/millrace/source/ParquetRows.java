package io.millrace.source;

import io.millrace.dataset.ParquetFiles;
import java.io.EOFException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
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
  private long row;
  private SourceRow ahead;

  /**
   * Opens a row group.
   *
   * @param fileSplit split that the file's path tells, or null
   * @throws BadSourceException if its bytes cannot be decoded
   */
  ParquetRows(Path path, Slice slice, String fileSplit, SourceConfig config, ImageFiles imageFiles)
      throws IOException {
    this.path = path;
    this.slice = slice;
    this.config = config;
    this.imageFiles = imageFiles;
    this.reader = open(path, imageFiles.conf());
    try {
      MessageType schema = reader.getFileMetaData().getSchema();
      ParquetColumns names = ParquetColumns.of(schema, config, slice.file());
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
      folderLabel = label == null ? HivePath.value(slice.file(), config.label()) : null;
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

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static ParquetFileReader open(Path path, Configuration conf) throws IOException {
    long length = path.getFileSystem(conf).getFileStatus(path).getLen();
    return ParquetFileReader.open(conf, path, ParquetFiles.footer(path, length, conf));
  }

  private SourceRow read() {
    byte[] bytes = present(image) ? image.getBinary().getBytes() : null;
    image.consume();
    String file = imagePath == null ? null : text(imagePath);
    String name = label == null ? folderLabel : label();
    String own = split == null ? folderSplit : text(split);
    if (config.split() != null && own == null) {
      own = SourceRow.NO_SPLIT;
    }
    var read = new SourceRow(slice.file(), slice.firstRow() + row++, own, name, bytes, 0, 0);
    return bytes == null && file != null && chosen(read) ? imageFiles.read(read, file) : read;
  }

  private boolean chosen(SourceRow row) {
    var told = row.split() == null ? null : Splits.named(row.split());
    boolean unknown = told == null && row.split() != null;
    return unknown || Splits.chosen(config.splits(), told);
  }

  private static MessageType used(MessageType schema, ParquetColumns names) {
    Set<Type> fields = new LinkedHashSet<>();
    Type image = schema.getType(names.image()[0]);
    fields.add(image.isPrimitive() ? image : members(image.asGroupType(), names));
    for (String name : new String[] {names.label(), names.split()}) {
      if (name != null) {
        fields.add(schema.getType(name));
      }
    }
    return new MessageType(schema.getName(), List.copyOf(fields));
  }

  private static Type members(GroupType image, ParquetColumns names) {
    List<Type> members = new java.util.ArrayList<>();
    members.add(image.getType(names.image()[1]));
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
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    if (e instanceof OutOfMemoryError) {
      reason =
          "it needs more memory than there is here (%,d bytes in the file; write smaller row groups, or raise spark.executor.memory)"
              .formatted(slice.bytes());
    }
    return "Cannot read row group %d of %s: %s".formatted(slice.part(), path, reason);
  }
}
