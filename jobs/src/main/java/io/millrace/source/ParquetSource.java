package io.millrace.source;

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
import org.apache.parquet.schema.MessageType;
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
   * @param file path of the file
   * @param slices its row groups
   * @param classNames names of Hugging Face's features, or empty
   * @param integerLabels whether its labels are integers
   * @param partition whether its folder tells the label
   * @param problem why the file cannot be used, or null
   */
  private record Footer(
      String file,
      List<Slice> slices,
      List<String> classNames,
      boolean integerLabels,
      boolean partition,
      String problem)
      implements Serializable {

    /** Whether the labels of both files can be read alike; names of folders may be of any kind. */
    boolean agrees(Footer other) {
      return classNames.equals(other.classNames)
          && (integerLabels == other.integerLabels || partition && other.partition);
    }
  }

  ParquetSource(SourceFiles files, SourceConfig config, JavaSparkContext spark) {
    this.root = files.root().toString();
    this.conf = new HadoopConf(spark.hadoopConfiguration());
    this.config = config;
    List<String> paths = files.files().stream().map(SourceFiles.Entry::path).toList();
    if (config.split() == null) {
      Splits.requireAllOrNone(paths, config.path());
    }
    this.splitByFile = config.split() == null && Splits.ofFile(paths.get(0)) != null;
    List<Footer> footers = footers(files, spark);
    footers.forEach(footer -> slices.addAll(footer.slices()));
    Footer first = footers.get(0);
    for (Footer footer : footers) {
      if (!footer.agrees(first)) {
        throw new IllegalArgumentException(
            "Cannot read %s: %s and %s differ in the type or the class names of column %s"
                .formatted(config.path(), first.file(), footer.file(), config.label()));
      }
    }
    this.classNames = first.classNames();
    this.integerLabels = footers.stream().allMatch(Footer::integerLabels);
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    Path path = SourceFiles.path(root, slice.file());
    String split = splitByFile ? Splits.ofFile(slice.file()).name() : null;
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
      ParquetMetadata footer =
          ParquetFiles.footer(SourceFiles.path(root, file.path()), file.bytes(), conf);
      MessageType schema = footer.getFileMetaData().getSchema();
      ParquetColumns columns = ParquetColumns.of(schema, config, file.path());
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
      List<String> names = columns.integers() ? names(features, config) : List.of();
      return new Footer(
          file.path(), slices, names, columns.integers(), columns.label() == null, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Footer(file.path(), List.of(), List.of(), false, false, e.getMessage());
    }
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
