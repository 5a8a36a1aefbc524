package io.millrace.source;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import io.millrace.config.SourceConfig;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The rows of one row group; only the columns that are used are read. */
final class ParquetRows implements RowIterator {
  private final Path path;
  private final Slice slice;
  private final String folderLabel;
  private final String folderSplit;
  private final ParquetFileReader reader;
  private final ColumnReader image;
  private final ColumnReader label;
  private final ColumnReader split;
  private long row;

  ParquetRows(Path path, Slice slice, String fileSplit, SourceConfig config, Configuration conf)
      throws IOException {
    this.path = path;
    this.slice = slice;
    this.reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, conf));
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
      image = column(columns, used, names.image());
      label = column(columns, used, names.label());
      split = column(columns, used, names.split());
      folderLabel = label == null ? HivePath.value(slice.file(), config.label()) : null;
      folderSplit =
          split == null && config.split() != null
              ? HivePath.value(slice.file(), config.split())
              : fileSplit;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw damaged(e);
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
      byte[] bytes = present(image) ? image.getBinary().getBytes() : null;
      image.consume();
      String name = label == null ? folderLabel : text(label);
      String own = split == null ? folderSplit : text(split);
      return new SourceRow(slice.file(), slice.firstRow() + row++, own, name, bytes, 0, 0);
    } catch (RuntimeException e) {
      throw new IllegalStateException(damaged(e).getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static MessageType used(MessageType schema, ParquetColumns names) {
    Set<Type> fields = new LinkedHashSet<>();
    Type image = schema.getType(names.image()[0]);
    fields.add(
        image.isPrimitive()
            ? image
            : new GroupType(
                image.getRepetition(),
                image.getName(),
                List.of(image.asGroupType().getType(names.image()[1]))));
    for (String name : new String[] {names.label(), names.split()}) {
      if (name != null) {
        fields.add(schema.getType(name));
      }
    }
    return new MessageType(schema.getName(), List.copyOf(fields));
  }

  private static ColumnReader column(
      ColumnReadStoreImpl columns, MessageType used, String... path) {
    return path[0] == null ? null : columns.getColumnReader(used.getColumnDescription(path));
  }

  private static boolean present(ColumnReader column) {
    return column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
  }

  private static String text(ColumnReader column) {
    String text = null;
    if (present(column)) {
      var type = column.getDescriptor().getPrimitiveType().getPrimitiveTypeName();
      text =
          type == BINARY
              ? column.getBinary().toStringUsingUTF8()
              : Long.toString(type == INT32 ? column.getInteger() : column.getLong());
    }
    column.consume();
    return text;
  }

  private IOException damaged(Exception e) {
    return new IOException(
        "Cannot read row group %d of %s: %s".formatted(slice.part(), path, e.getMessage()), e);
  }
}
