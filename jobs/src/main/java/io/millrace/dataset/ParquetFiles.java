package io.millrace.dataset;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** Opens Parquet files with messages that name the file. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * Reads the footer of a file.
   *
   * @param length its length in bytes, as the file system lists it
   * @throws IOException if the file is empty, cut or no Parquet; the message names it
   */
  public static ParquetMetadata footer(Path path, long length, Configuration conf)
      throws IOException {
    if (length == 0) {
      throw new IOException("Cannot read %s: the file is empty (0 bytes)".formatted(path));
    }
    try {
      return ParquetFileReader.readFooter(
          HadoopInputFile.fromPath(path, conf), ParquetMetadataConverter.NO_FILTER);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "Cannot read %s: it is cut or not a Parquet file (%d bytes, no valid footer)"
              .formatted(path, length),
          e);
    }
  }
}
