package io.millrace.source;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.millrace.config.SourceConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Where one Parquet file keeps image, label and split.
 *
 * @param image path of the column with the bytes
 * @param label column of the label, null if it is a partition's
 * @param split column of the split, null if it is a partition's or there is none
 * @param integers whether the labels are integers
 */
record ParquetColumns(String[] image, String label, String split, boolean integers) {
  private static final String LABEL_RULE = "an integer or string column";

  /**
   * Finds them.
   *
   * @throws IllegalArgumentException if a column is missing or of another type
   */
  static ParquetColumns of(MessageType schema, SourceConfig config, String file) {
    String[] image = image(schema, config.image(), file);
    String label = column(schema, config.label(), file);
    boolean integers;
    if (label == null) {
      String value = HivePath.value(file, config.label());
      integers = value == null || value.matches("-?\\d{1,18}");
    } else {
      PrimitiveTypeName type = primitive(schema, "label", label, LABEL_RULE, file);
      integers = type == INT32 || type == INT64;
      if (!integers && type != BINARY) {
        throw invalid("label", label, LABEL_RULE, file, schema);
      }
    }
    String split = config.split() == null ? null : column(schema, config.split(), file);
    if (split != null && primitive(schema, "split", split, "a string column", file) != BINARY) {
      throw invalid("split", split, "a string column", file, schema);
    }
    return new ParquetColumns(image, label, split, integers);
  }

  /** The column itself, or null where the file's folder tells its value. */
  private static String column(MessageType schema, String name, String file) {
    return !schema.containsField(name) && HivePath.has(file, name) ? null : name;
  }

  private static String[] image(MessageType schema, String column, String file) {
    Type type = schema.containsField(column) ? schema.getType(column) : null;
    if (bytes(type)) {
      if (type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation) {
        throw new IllegalArgumentException(
            "Invalid source.image: %s (must hold the bytes of images; in %s it is text)"
                .formatted(column, file));
      }
      return new String[] {column};
    }
    if (type != null && !type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)) {
      GroupType group = type.asGroupType();
      if (group.containsField("bytes") && bytes(group.getType("bytes"))) {
        return new String[] {column, "bytes"};
      }
    }
    throw invalid("image", column, "a binary column or a struct with bytes", file, schema);
  }

  private static boolean bytes(Type type) {
    return type != null
        && type.isPrimitive()
        && !type.isRepetition(Type.Repetition.REPEATED)
        && type.asPrimitiveType().getPrimitiveTypeName() == BINARY;
  }

  private static PrimitiveTypeName primitive(
      MessageType schema, String key, String column, String rule, String file) {
    Type type = schema.containsField(column) ? schema.getType(column) : null;
    if (type == null || !type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      throw invalid(key, column, rule, file, schema);
    }
    return type.asPrimitiveType().getPrimitiveTypeName();
  }

  private static IllegalArgumentException invalid(
      String key, String column, String rule, String file, MessageType schema) {
    List<String> columns = new ArrayList<>();
    schema.getFields().forEach(field -> columns.add(field.getName()));
    return new IllegalArgumentException(
        "Invalid source.%s: %s (must be %s of %s, which has %s)"
            .formatted(key, column, rule, file, String.join(", ", columns)));
  }
}
