package io.millrace.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.util.RebaseDateTime.RebaseSpec;
import org.apache.spark.sql.execution.datasources.parquet.ParquetRecordMaterializer;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.LegacyBehaviorPolicy;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Which rows of a source are read: the part of {@code source.where} that no folder decides. Rows
 * become values by Spark's own converter.
 *
 * @param where the whole condition, null for none
 * @param partitions what folders tell
 */
public record RowFilter(String where, Partitions partitions) implements Serializable {
  /** All rows are read. */
  public static final RowFilter NONE = new RowFilter(null, Partitions.NONE);

  private static final RebaseSpec AS_WRITTEN =
      new RebaseSpec(LegacyBehaviorPolicy.CORRECTED(), Option.empty());

  static RowFilter of(String where, List<SourceFiles.Entry> files) {
    if (where == null) {
      return NONE;
    }
    Set<String> folders = new HashSet<>();
    files.forEach(file -> folders.add(folder(file.path())));
    return new RowFilter(where, Partitions.of(folders));
  }

  /** Whether folders decide all of it. */
  boolean none() {
    return byRows().none();
  }

  private Where byRows() {
    return Where.of(where).beyond(partitions.names());
  }

  /**
   * Requires that files tell the columns which the condition takes from folders.
   *
   * @throws IllegalArgumentException if one does not
   */
  void requireTold(Collection<SourceFiles.Entry> files) {
    for (String named : Where.of(where).columns()) {
      String column = Where.find(named, partitions.names()).orElse(null);
      for (SourceFiles.Entry file : column == null ? List.<SourceFiles.Entry>of() : files) {
        if (!HivePath.has(file.path(), column)) {
          throw new IllegalArgumentException(
              "Cannot read %s: it lies in no folder of the partition column %s, which source.where names"
                  .formatted(file.path(), column));
        }
      }
    }
  }

  /**
   * Requires that folders decide it.
   *
   * @param source what has no columns, in words
   */
  void requireNone(String source) {
    if (!none()) {
      throw Where.invalid(
          byRows().toString(), "%s have no columns but those of partitions".formatted(source));
    }
  }

  /**
   * The columns of a file that decide about its rows.
   *
   * @throws IllegalArgumentException if it lacks one, or has two
   */
  MessageType columns(MessageType schema, String file) {
    List<String> names = schema.getFields().stream().map(Type::getName).toList();
    List<Type> used = new ArrayList<>();
    for (String column : byRows().columns()) {
      if (Where.find(column, partitions.names()).isEmpty()) {
        List<String> alike = names.stream().filter(column::equalsIgnoreCase).toList();
        if (alike.size() > 1) {
          throw Where.invalid(
              where,
              "%s has columns %s, which it cannot tell apart"
                  .formatted(file, String.join(" and ", alike)));
        }
        String name =
            Where.find(column, names)
                .orElseThrow(
                    () ->
                        Where.invalid(
                            where,
                            "%s has no column %s, it has %s"
                                .formatted(file, column, String.join(", ", names))));
        used.add(schema.getType(name));
      }
    }
    return new MessageType(schema.getName(), used);
  }

  /**
   * The condition on rows of these columns and those of partitions.
   *
   * @throws IllegalArgumentException if it does not go with them, or Spark has no such type
   */
  SqlCondition condition(MessageType columns, String file) {
    StructType all = new StructType();
    for (Type column : columns.getFields()) {
      all = all.add(type(column, file));
    }
    for (var partition : partitions.columns().fields()) {
      all = all.add(partition);
    }
    return SqlCondition.of(byRows(), all);
  }

  /** The rows of a row group that are read. */
  BitSet kept(ParquetFileReader reader, Slice slice) throws IOException {
    MessageType schema = reader.getFileMetaData().getSchema();
    MessageType columns = columns(schema, slice.file());
    SqlCondition condition = condition(columns, slice.file());
    reader.setRequestedSchema(columns);
    PageReadStore pages = reader.readRowGroup(slice.part());
    var records =
        new ColumnIOFactory(reader.getFileMetaData().getCreatedBy())
            .getColumnIO(columns)
            .getRecordReader(
                pages,
                new ParquetRecordMaterializer(
                    columns,
                    converter().convert(columns),
                    converter(),
                    Option.empty(),
                    AS_WRITTEN,
                    AS_WRITTEN));
    InternalRow folders = partitions.values(folder(slice.file()));
    BitSet kept = new BitSet();
    for (int row = 0; row < slice.rows(); row++) {
      kept.set(row, condition.meets(new JoinedRow((InternalRow) records.read(), folders)));
    }
    return kept;
  }

  private StructField type(Type column, String file) {
    try {
      return converter().convert(new MessageType("column", column)).apply(0);
    } catch (Exception e) { // AnalysisException is checked and not declared
      throw Where.invalid(
          where,
          "column %s of %s is %s, a type that it does not have"
              .formatted(column.getName(), file, LabelType.name(column)));
    }
  }

  private static ParquetToSparkSchemaConverter converter() {
    var conf = new SQLConf();
    return new ParquetToSparkSchemaConverter(conf);
  }

  private static String folder(String file) {
    return file.substring(0, Math.max(0, file.lastIndexOf('/')));
  }
}
