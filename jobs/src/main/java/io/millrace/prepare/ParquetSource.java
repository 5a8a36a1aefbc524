package io.millrace.prepare;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.SourceConfig;
import io.millrace.dataset.HadoopConf;
import io.millrace.dataset.ParquetFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Parquet files with an image column (a struct of bytes and path, or binary) and a label column.
 * The class names of Hugging Face's layout come from the footers.
 */
final class ParquetSource implements Source {
  private static final long serialVersionUID = 1;
  private static final String HUGGING_FACE = "huggingface";

  private final String root;
  private final HadoopConf conf;
  private final SourceConfig config;
  private final boolean splitByFile;
  private final List<Slice> slices = new ArrayList<>();
  private final List<String> classNames;
  private final boolean integerLabels;

  /**
   * What the driver needs of one footer.
   *
   * @param slices its row groups
   * @param classNames names of Hugging Face's features, or empty
   * @param integerLabels whether the label column holds integers
   * @param problem why the file cannot be used, or null
   */
  private record Footer(
      List<Slice> slices, List<String> classNames, boolean integerLabels, String problem)
      implements Serializable {}

  ParquetSource(SourceFiles files, SourceConfig config, JavaSparkContext spark) {
    this.root = files.root().toString();
    this.conf = new HadoopConf(spark.hadoopConfiguration());
    this.config = config;
    List<String> names = files.files().stream().map(SourceFiles.Entry::name).toList();
    if (config.split() == null) {
      Splits.requireAllOrNone(names, config.path());
    }
    this.splitByFile = config.split() == null && Splits.ofFile(names.get(0)) != null;
    List<Footer> footers = footers(files, spark);
    footers.forEach(footer -> slices.addAll(footer.slices()));
    this.classNames = footers.get(0).classNames();
    this.integerLabels = footers.get(0).integerLabels();
    for (Footer footer : footers) {
      if (footer.integerLabels() != integerLabels || !footer.classNames().equals(classNames)) {
        throw new IllegalArgumentException(
            "Cannot read %s: its files differ in the type or the class names of column %s"
                .formatted(config.path(), config.label()));
      }
    }
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    Path path = new Path(root, slice.file());
    String split = splitByFile ? Splits.ofFile(path.getName()).name() : null;
    return new ParquetRows(path, slice, split, config, conf.conf());
  }

  @Override
  public boolean integerLabels() {
    return integerLabels;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  private List<Footer> footers(SourceFiles files, JavaSparkContext spark) {
    // Not the fields themselves: the object under construction must not travel.
    String folder = root;
    HadoopConf hadoop = conf;
    SourceConfig columns = config;
    List<Footer> footers =
        spark
            .parallelize(
                files.files(), Math.min(files.files().size(), 4 * spark.defaultParallelism()))
            .map(file -> footer(file, folder, columns, hadoop.conf()))
            .collect();
    for (Footer footer : footers) {
      if (footer.problem() != null) {
        throw new IllegalArgumentException(footer.problem());
      }
    }
    return footers;
  }

  private static Footer footer(
      SourceFiles.Entry file, String root, SourceConfig config, Configuration conf) {
    try {
      ParquetMetadata footer = ParquetFiles.footer(new Path(root, file.path()), file.bytes(), conf);
      MessageType schema = footer.getFileMetaData().getSchema();
      imagePath(schema, config.image(), file.path());
      PrimitiveTypeName label =
          primitive(schema, "label", config.label(), "an integer or string column", file.path());
      if (label != INT32 && label != INT64 && label != BINARY) {
        throw invalid("label", config.label(), "an integer or string column", file.path(), schema);
      }
      if (config.split() != null
          && primitive(schema, "split", config.split(), "a string column", file.path()) != BINARY) {
        throw invalid("split", config.split(), "a string column", file.path(), schema);
      }
      List<Slice> slices = new ArrayList<>();
      long firstRow = 0;
      for (BlockMetaData block : footer.getBlocks()) {
        slices.add(
            new Slice(
                file.path(),
                slices.size(),
                firstRow,
                block.getRowCount(),
                block.getCompressedSize()));
        firstRow += block.getRowCount();
      }
      String features = footer.getFileMetaData().getKeyValueMetaData().get(HUGGING_FACE);
      return new Footer(
          slices, label == BINARY ? List.of() : names(features, config), label != BINARY, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Footer(List.of(), List.of(), false, e.getMessage());
    }
  }

  /** Path of the column that holds the image's bytes. */
  static String[] imagePath(MessageType schema, String column, String file) {
    Type type = schema.containsField(column) ? schema.getType(column) : null;
    if (type != null && !type.isRepetition(Type.Repetition.REPEATED)) {
      if (type.isPrimitive() && type.asPrimitiveType().getPrimitiveTypeName() == BINARY) {
        return new String[] {column};
      }
      if (!type.isPrimitive() && hasBytes(type.asGroupType())) {
        return new String[] {column, "bytes"};
      }
    }
    throw invalid("image", column, "a binary column or a struct with bytes", file, schema);
  }

  private static boolean hasBytes(GroupType type) {
    return type.containsField("bytes")
        && type.getType("bytes").isPrimitive()
        && !type.getType("bytes").isRepetition(Type.Repetition.REPEATED)
        && type.getType("bytes").asPrimitiveType().getPrimitiveTypeName() == BINARY;
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
    var columns = schema.getFields().stream().map(Type::getName).toList();
    return new IllegalArgumentException(
        "Invalid source.%s: %s (must be %s of %s, which has %s)"
            .formatted(key, column, rule, file, String.join(", ", columns)));
  }

  private static List<String> names(String features, SourceConfig config) throws IOException {
    if (features == null) {
      return List.of();
    }
    try {
      JsonNode info = new ObjectMapper().readTree(features).path("info").path("features");
      List<String> names = new ArrayList<>();
      info.path(config.label()).path("names").forEach(name -> names.add(name.asText()));
      return names;
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Cannot read %s: its footer key huggingface is not valid JSON".formatted(config.path()),
          e);
    }
  }
}
