package io.millrace.source;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a table that are used, and how a row of them is one of the source.
 *
 * @param integers whether labels are numbers of classes
 * @param pixels whether an image is one of Spark ML
 * @param split whether a column tells the split
 * @param table name of the table
 */
record TableColumns(boolean integers, boolean pixels, boolean split, String table)
    implements Serializable {
  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private static final String BYTES = "bytes";

  /**
   * Finds them.
   *
   * @throws IllegalArgumentException if one is missing or of another type
   */
  static TableColumns of(StructType schema, SourceConfig config) {
    String table = config.place();
    DataType image = type(schema, "image", config.image(), "a column of images", table);
    boolean pixels = isMlImage(image);
    boolean bytes = image instanceof BinaryType || has(image, BYTES, DataTypes.BinaryType);
    if (!pixels && !bytes) {
      throw wrong("image", config.image(), "a binary column or a struct with bytes", image, table);
    }
    DataType label = type(schema, "label", config.label(), LabelType.RULE, table);
    boolean integers = WHOLE.contains(label) || label instanceof DecimalType;
    if (!integers && !(label instanceof StringType) && !(label instanceof BooleanType)) {
      throw wrong("label", config.label(), LabelType.RULE, label, table);
    }
    if (config.split() != null) {
      DataType split = type(schema, "split", config.split(), "a string column", table);
      if (!(split instanceof StringType)) {
        throw wrong("split", config.split(), "a string column", split, table);
      }
    }
    return new TableColumns(integers, pixels, config.split() != null, table);
  }

  /** The columns alone: file, row, label, split, bytes, and the shape of pixels. */
  Dataset<Row> select(Dataset<Row> rows, SourceConfig config) {
    Column image = rows.col(quoted(config.image()));
    boolean plain = rows.select(image).schema().fields()[0].dataType() instanceof BinaryType;
    Column[] place = place(rows);
    Column bytes = plain ? image : image.getField(pixels ? MlImage.MEMBERS[0] : BYTES);
    Column nothing = functions.lit(null).cast(DataTypes.IntegerType);
    return rows.select(
        place[0].as("file"),
        place[1].as("row"),
        rows.col(quoted(config.label())).as("label"),
        split ? rows.col(quoted(config.split())).as("split") : nothing.as("split"),
        bytes.as(BYTES),
        pixels ? shape(image) : nothing.as("shape"));
  }

  private static Column shape(Column image) {
    return functions
        .array(Arrays.stream(MlImage.MEMBERS).skip(1).map(image::getField).toArray(Column[]::new))
        .as("shape");
  }

  /** File and number of a row, as Spark or Iceberg tells them; nothing where neither does. */
  private static Column[] place(Dataset<Row> rows) {
    for (List<String> names :
        List.of(List.of("_metadata.file_path", "_metadata.row_index"), List.of("_file", "_pos"))) {
      Column[] columns = {functions.col(names.get(0)), functions.col(names.get(1))};
      try {
        rows.select(columns);
        return columns;
      } catch (Exception e) { // AnalysisException is checked and not declared
        continue;
      }
    }
    Column nothing = functions.lit(null);
    return new Column[] {nothing.cast(DataTypes.StringType), nothing.cast(DataTypes.LongType)};
  }

  /**
   * A row of {@link #select} as one of the source.
   *
   * @param partition number of its partition, which names it where no file does
   * @param index its number there
   */
  SourceRow row(Row row, int partition, long index) {
    boolean placed = !row.isNullAt(0) && !row.isNullAt(1);
    String file = placed ? row.getString(0) : "%s, partition %d".formatted(table, partition);
    long number = placed ? row.getLong(1) : index;
    String part = row.isNullAt(3) ? null : row.getString(3);
    String own = split && part == null ? SourceRow.NO_SPLIT : part;
    byte[] bytes = row.isNullAt(4) ? null : row.getAs(4);
    var read = new SourceRow(file, number, own, label(row), bytes, 0, 0);
    if (!pixels || bytes == null) {
      return read;
    }
    int[] shape =
        row.<Integer>getList(5).stream().mapToInt(side -> side == null ? -1 : side).toArray();
    return MlImage.encoded(read, shape);
  }

  private static String label(Row row) {
    if (row.isNullAt(2)) {
      return null;
    }
    Object label = row.get(2);
    return label instanceof BigDecimal decimal
        ? decimal.stripTrailingZeros().toPlainString()
        : label.toString();
  }

  private static boolean isMlImage(DataType image) {
    return has(image, MlImage.MEMBERS[0], DataTypes.BinaryType)
        && Arrays.stream(MlImage.MEMBERS)
            .skip(1)
            .allMatch(member -> has(image, member, DataTypes.IntegerType));
  }

  private static boolean has(DataType struct, String member, DataType type) {
    return struct instanceof StructType members
        && Arrays.asList(members.fieldNames()).contains(member)
        && members.apply(member).dataType().equals(type);
  }

  private static DataType type(
      StructType schema, String key, String column, String rule, String table) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      throw new IllegalArgumentException(
          "Invalid source.%s: %s (must be %s of %s, which has %s)"
              .formatted(key, column, rule, table, String.join(", ", names)));
    }
    return schema.apply(column).dataType();
  }

  private static IllegalArgumentException wrong(
      String key, String column, String rule, DataType type, String table) {
    return new IllegalArgumentException(
        "Invalid source.%s: %s (must be %s; in %s it is %s)"
            .formatted(key, column, rule, table, type.simpleString()));
  }

  private static String quoted(String column) {
    return "`" + column.replace("`", "``") + "`";
  }
}
