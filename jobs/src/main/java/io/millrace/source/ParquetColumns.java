package io.millrace.source;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import java.util.ArrayList;
import java.util.Arrays;
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
 * @param label column of the label, null if it is a partition's or the path's, or nobody asks for
 *     it
 * @param split column of the split, null if it is a partition's or there is none
 * @param labels how labels are read
 * @param pixels paths of the columns of an image of Spark ML, of which the bytes are the first;
 *     null where the bytes are those of a file
 * @param filePath column of the path of the file that was the image, whose folders tell class and
 *     split; null if there is none, the label has a column, or nobody asks for either
 */
record ParquetColumns(
    String[] image,
    String[] path,
    String label,
    String split,
    LabelType labels,
    String[][] pixels,
    String filePath) {
  private static final String IMAGE_RULE = "a binary column or a struct with bytes";
  private static final String DEFAULT_IMAGE = "image";

  /** The columns that Spark's binaryFile gives. */
  private static final String FILE_BYTES = "content";

  private static final String FILE_PATH = "path";
  private static final List<String> BINARY_FILE =
      List.of(FILE_PATH, "modificationTime", "length", FILE_BYTES);

  private static final String SPLIT_RULE = "a string column";

  /**
   * Finds them.
   *
   * @throws IllegalArgumentException if a column is missing or of another type
   */
  static ParquetColumns of(MessageType schema, SourceConfig config, String file) {
    boolean files =
        BINARY_FILE.stream().allMatch(schema::containsField) && bytes(schema.getType(FILE_PATH));
    boolean named = schema.containsField(config.image());
    String column =
        files && !named && config.image().equals(DEFAULT_IMAGE) ? FILE_BYTES : config.image();
    String[] image = image(schema, column, file);
    String label = config.isLabelled() ? column(config.label(), file) : null;
    boolean asked =
        config.isLabelled()
            ? label != null && !schema.containsField(label)
            : config.splitByPath() && config.split() == null;
    boolean byPath = files && asked && image[0].equals(FILE_BYTES);
    LabelType labels =
        !config.isLabelled()
            ? new LabelType(true, null)
            : byPath ? LabelType.TEXT : labels(schema, label, config.label(), file);
    String split = config.split() == null ? null : column(config.split(), file);
    if (split != null) {
      Type type = field(schema, "split", split, SPLIT_RULE, file);
      if (LabelType.of(type).filter(text -> !text.integers()).isEmpty()) {
        throw wrongType("split", split, SPLIT_RULE, file, type);
      }
    }
    requireOther("label", byPath ? null : label, "image", image[0], file);
    requireOther("split", split, "image", image[0], file);
    requireOther("split", split, "label", label, file);
    return new ParquetColumns(
        image,
        path(schema, image),
        byPath ? null : label,
        split,
        labels,
        pixels(image),
        byPath ? FILE_PATH : null);
  }

  private static void requireOther(
      String key, String column, String other, String taken, String file) {
    if (column != null && column.equals(taken)) {
      throw new IllegalArgumentException(
          "Invalid source.%s: %s (must be another column of %s than source.%s)"
              .formatted(key, column, file, other));
    }
  }

  /** How to read labels: of a column, or where there is none, of the partition {@code name}. */
  private static LabelType labels(MessageType schema, String label, String name, String file) {
    if (label == null) {
      String value = HivePath.value(file, name);
      return new LabelType(value == null || value.matches("-?\\d{1,18}"), null);
    }
    Type type = field(schema, "label", label, LabelType.RULE, file);
    return LabelType.of(type)
        .orElseThrow(() -> wrongType("label", label, LabelType.RULE, file, type));
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
    if (pixels != null) {
      Arrays.stream(pixels).forEach(each -> names.add(String.join(".", each)));
    }
    names.add(label);
    names.add(split);
    names.add(filePath);
    return names;
  }

  /** The columns of Spark ML's image where its bytes are pixels. */
  private static String[][] pixels(String[] image) {
    return image.length == 2 && image[1].equals(MlImage.MEMBERS[0])
        ? Arrays.stream(MlImage.MEMBERS)
            .map(member -> new String[] {image[0], member})
            .toArray(String[][]::new)
        : null;
  }

  /** The text beside the bytes of an image that says where its file is. */
  private static String[] path(MessageType schema, String[] image) {
    if (image.length == 1 || image[1].equals(MlImage.MEMBERS[0])) {
      return null;
    }
    GroupType group = schema.getType(image[0]).asGroupType();
    return group.containsField("path") && bytes(group.getType("path"))
        ? new String[] {image[0], "path"}
        : null;
  }

  /**
   * The column itself, or null where the file's folder tells its value: of both it is the folder,
   * as Spark has it and source.where.
   */
  private static String column(String name, String file) {
    return HivePath.has(file, name) ? null : name;
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
      if (isMlImage(group)) {
        return new String[] {column, MlImage.MEMBERS[0]};
      }
    }
    throw wrongType("image", column, IMAGE_RULE, file, type);
  }

  private static boolean isMlImage(GroupType group) {
    return group.containsField(MlImage.MEMBERS[0])
        && bytes(group.getType(MlImage.MEMBERS[0]))
        && Arrays.stream(MlImage.MEMBERS)
            .skip(1)
            .allMatch(
                member ->
                    group.containsField(member)
                        && group.getType(member).isPrimitive()
                        && group.getType(member).asPrimitiveType().getPrimitiveTypeName() == INT32);
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
