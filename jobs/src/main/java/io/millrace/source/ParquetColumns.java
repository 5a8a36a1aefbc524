package io.millrace.source;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Where one Parquet file keeps image, label and split.
 *
 * @param image path of the column with the bytes
 * @param path path of the column with the path of an image's file, null if there is none
 * @param label column of the label, null if it is a partition's
 * @param split column of the split, null if it is a partition's or there is none
 * @param labels how labels are read
 */
record ParquetColumns(String[] image, String[] path, String label, String split, LabelType labels) {
  private static final String IMAGE_RULE = "a binary column or a struct with bytes";
  private static final String SPLIT_RULE = "a string column";

  /**
   * Finds them.
   *
   * @throws IllegalArgumentException if a column is missing or of another type
   */
  static ParquetColumns of(MessageType schema, SourceConfig config, String file) {
    String[] image = image(schema, config.image(), file);
    String label = column(schema, config.label(), file);
    LabelType labels;
    if (label == null) {
      String value = HivePath.value(file, config.label());
      labels = new LabelType(value == null || value.matches("-?\\d{1,18}"), null);
    } else {
      Type type = field(schema, "label", label, LabelType.RULE, file);
      labels =
          LabelType.of(type)
              .orElseThrow(() -> wrongType("label", label, LabelType.RULE, file, type));
    }
    String split = config.split() == null ? null : column(schema, config.split(), file);
    if (split != null) {
      Type type = field(schema, "split", split, SPLIT_RULE, file);
      if (LabelType.of(type).filter(text -> !text.integers()).isEmpty()) {
        throw wrongType("split", split, SPLIT_RULE, file, type);
      }
    }
    return new ParquetColumns(image, path(schema, image), label, split, labels);
  }

  /** Whether labels are numbers of classes. */
  boolean integers() {
    return labels.integers();
  }

  /** Paths of the columns, with dots. */
  Set<String> names() {
    Set<String> names = new HashSet<>();
    names.add(String.join(".", image));
    if (path != null) {
      names.add(String.join(".", path));
    }
    names.add(label);
    names.add(split);
    return names;
  }

  /** The text beside the bytes of an image that says where its file is. */
  private static String[] path(MessageType schema, String[] image) {
    if (image.length == 1) {
      return null;
    }
    GroupType group = schema.getType(image[0]).asGroupType();
    return group.containsField("path") && bytes(group.getType("path"))
        ? new String[] {image[0], "path"}
        : null;
  }

  /** The column itself, or null where the file's folder tells its value. */
  private static String column(MessageType schema, String name, String file) {
    return !schema.containsField(name) && HivePath.has(file, name) ? null : name;
  }

  private static String[] image(MessageType schema, String column, String file) {
    Type type = field(schema, "image", column, IMAGE_RULE, file);
    if (bytes(type)) {
      if (type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation) {
        throw new IllegalArgumentException(
            "Invalid source.image: %s (must hold the bytes of images; in %s it is text)"
                .formatted(column, file));
      }
      return new String[] {column};
    }
    if (!type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)) {
      GroupType group = type.asGroupType();
      if (group.containsField("bytes") && bytes(group.getType("bytes"))) {
        return new String[] {column, "bytes"};
      }
    }
    throw wrongType("image", column, IMAGE_RULE, file, type);
  }

  private static boolean bytes(Type type) {
    return type.isPrimitive()
        && !type.isRepetition(Type.Repetition.REPEATED)
        && type.asPrimitiveType().getPrimitiveTypeName() == BINARY;
  }

  private static Type field(
      MessageType schema, String key, String column, String rule, String file) {
    if (!schema.containsField(column)) {
      throw invalid(key, column, rule, file, schema);
    }
    long named =
        schema.getFields().stream().filter(field -> field.getName().equals(column)).count();
    if (named > 1) {
      throw new IllegalArgumentException(
          "Invalid source.%s: %s (must be the name of one column; %s has %d of that name)"
              .formatted(key, column, file, named));
    }
    return schema.getType(column);
  }

  private static IllegalArgumentException wrongType(
      String key, String column, String rule, String file, Type type) {
    return new IllegalArgumentException(
        "Invalid source.%s: %s (must be %s; in %s it is %s)"
            .formatted(key, column, rule, file, LabelType.name(type)));
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
