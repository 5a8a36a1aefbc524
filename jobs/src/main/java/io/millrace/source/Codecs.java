package io.millrace.source;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Finds codecs of Parquet pages that this JVM cannot read. */
final class Codecs {
  private Codecs() {}

  /**
   * Checks the columns that are used.
   *
   * @param columns their paths, with dots
   * @throws BadSourceException if a codec's class is missing
   */
  static void require(
      List<BlockMetaData> blocks, Set<String> columns, String file, Configuration conf) {
    Set<CompressionCodecName> codecs = new TreeSet<>();
    for (BlockMetaData block : blocks) {
      for (ColumnChunkMetaData column : block.getColumns()) {
        if (columns.contains(column.getPath().toDotString())) {
          codecs.add(column.getCodec());
        }
      }
    }
    for (CompressionCodecName codec : codecs) {
      String name = codec.getHadoopCompressionCodecClassName();
      if (name != null && conf.getClassByNameOrNull(name) == null) {
        throw new BadSourceException(
            "Cannot read %s: it is compressed with %s, and the class %s is not there (write it with zstd, snappy or gzip, or bring the class with --jars)"
                .formatted(file, codec.name().toLowerCase(java.util.Locale.ROOT), name),
            null);
      }
    }
  }
}
