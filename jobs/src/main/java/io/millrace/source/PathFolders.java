package io.millrace.source;

import io.millrace.dataset.ParquetFiles;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;

/** The folders that the paths in a column {@code path} name, of the rows that are read. */
final class PathFolders {
  private static final String COLUMN = "path";

  private PathFolders() {}

  /** Those of one file. Runs on executors. */
  static TreeSet<String> of(SourceFiles.Entry file, ImageFiles source, RowFilter filter)
      throws IOException {
    TreeSet<String> folders = new TreeSet<>();
    Path path = SourceFiles.path(source.root(), file.path());
    var footer = ParquetFiles.footer(path, file.bytes(), source.conf());
    try (var reader =
        ParquetFileReader.open(ParquetFiles.opening(path, source.conf()), path, footer)) {
      MessageType schema = footer.getFileMetaData().getSchema();
      for (int part = 0; part < footer.getBlocks().size(); part++) {
        long rows = footer.getBlocks().get(part).getRowCount();
        var slice = new Slice(file.path(), part, 0, rows, 0);
        BitSet kept = filter.none() || rows == 0 ? null : filter.kept(reader, slice);
        var used = new MessageType(schema.getName(), List.of(schema.getType(COLUMN)));
        reader.setRequestedSchema(used);
        if (rows > 0) {
          add(reader, part, used, rows, kept, folders);
        }
      }
    }
    return folders;
  }

  private static void add(
      ParquetFileReader reader,
      int part,
      MessageType used,
      long rows,
      BitSet kept,
      TreeSet<String> folders)
      throws IOException {
    ColumnReader column =
        new ColumnReadStoreImpl(
                reader.readRowGroup(part),
                new DummyRecordConverter(used).getRootConverter(),
                used,
                reader.getFileMetaData().getCreatedBy())
            .getColumnReader(used.getColumnDescription(new String[] {COLUMN}));
    for (int row = 0; row < rows; row++) {
      boolean there =
          column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
      if (there && (kept == null || kept.get(row))) {
        folders.add(PathLabels.folder(column.getBinary().toStringUsingUTF8()));
      } else if (there) {
        column.skip();
      }
      column.consume();
    }
  }
}
