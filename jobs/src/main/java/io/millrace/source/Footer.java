package io.millrace.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.dataset.ParquetFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/**
 * What the driver needs of the footer of a Parquet file.
 *
 * @param file path of the file
 * @param slices its row groups, those without rows aside
 * @param classNames names of Hugging Face's features, or empty
 * @param integerLabels whether its labels are integers
 * @param partition whether its folder tells the label
 * @param unreadSplit whether it has a column of splits that the config does not name
 * @param byPath whether the paths of the images' files tell the label
 * @param problem why the file cannot be used, or null
 */
record Footer(
    String file,
    List<Slice> slices,
    List<String> classNames,
    boolean integerLabels,
    boolean partition,
    boolean unreadSplit,
    boolean byPath,
    String problem)
    implements Serializable {
  /** Name of a column that tells splits by its name. */
  static final String SPLIT = "split";

  private static final String HUGGING_FACE = "huggingface";

  /** A file without rows, whatever its columns are. */
  static Footer without(String file) {
    return new Footer(file, List.of(), List.of(), true, false, false, false, null);
  }

  /** Reads one; what is wrong with it is told as its problem. Runs on executors. */
  static Footer read(
      SourceFiles.Entry file, SourceConfig config, ImageFiles source, RowFilter filter) {
    try {
      ParquetMetadata footer =
          ParquetFiles.footer(
              SourceFiles.path(source.root(), file.path()), file.bytes(), source.conf());
      List<Slice> slices = slices(file.path(), footer.getBlocks());
      if (slices.isEmpty()) {
        return without(file.path());
      }
      MessageType schema = footer.getFileMetaData().getSchema();
      ParquetColumns columns = ParquetColumns.of(schema, config, file.path());
      Set<String> used = new HashSet<>(columns.names());
      if (!filter.none()) {
        MessageType deciding = filter.columns(schema, file.path());
        filter.condition(deciding, file.path());
        deciding.getColumns().forEach(each -> used.add(String.join(".", each.getPath())));
      }
      Codecs.require(footer.getBlocks(), used, file.path(), source.conf());
      String features = footer.getFileMetaData().getKeyValueMetaData().get(HUGGING_FACE);
      return new Footer(
          file.path(),
          slices,
          columns.integers() ? names(features, config.label(), file.path()) : List.of(),
          columns.integers(),
          columns.label() == null,
          config.split() == null && schema.containsField(SPLIT),
          columns.filePath() != null,
          null);
    } catch (IOException | IllegalArgumentException e) {
      return new Footer(
          file.path(), List.of(), List.of(), false, false, false, false, e.getMessage());
    }
  }

  /**
   * Whether the labels of both files can be read alike; names of folders may be of any kind.
   *
   * @param integers whether those of all files are integers, which the footers' names are for
   */
  boolean agrees(Footer other, boolean integers) {
    return !integers && partition && other.partition
        || integerLabels == other.integerLabels && classNames.equals(other.classNames);
  }

  private static List<Slice> slices(String file, List<BlockMetaData> blocks) {
    List<Slice> slices = new ArrayList<>();
    long firstRow = 0;
    for (int part = 0; part < blocks.size(); part++) {
      BlockMetaData block = blocks.get(part);
      if (block.getRowCount() > 0) {
        slices.add(new Slice(file, part, firstRow, block.getRowCount(), block.getCompressedSize()));
      }
      firstRow += block.getRowCount();
    }
    return slices;
  }

  private static List<String> names(String features, String label, String file) throws IOException {
    if (features == null) {
      return List.of();
    }
    try {
      JsonNode info = new ObjectMapper().readTree(features).path("info").path("features");
      List<String> names = new ArrayList<>();
      info.path(label).path("names").forEach(name -> names.add(name.asText()));
      return names;
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Cannot read %s: its footer key huggingface is not valid JSON".formatted(file), e);
    }
  }
}
