package io.millrace.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import shaded.parquet.org.apache.thrift.TException;

/** Opens Parquet files with messages that name the file. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * Reads the footer of a file.
   *
   * @param length its length in bytes, as the file system lists it
   * @throws IOException if the file cannot be read, is empty, cut, encrypted or no Parquet; the
   *     message names it
   */
  public static ParquetMetadata footer(Path path, long length, Configuration conf)
      throws IOException {
    if (length == 0) {
      throw new IOException("Cannot read %s: the file is empty (0 bytes)".formatted(path));
    }
    ParquetMetadata footer = read(path, length, conf);
    for (BlockMetaData block : footer.getBlocks()) {
      if (block.getColumns().stream().anyMatch(ColumnChunkMetaData::isEncrypted)) {
        throw encrypted(path, null);
      }
      requireWithin(path, length, block);
    }
    return footer;
  }

  /** Why a file cannot be read: Parquet's words, where it has some. */
  public static String words(Throwable failure) {
    boolean none = failure.getMessage() == null || failure instanceof NullPointerException;
    return none
        ? "it is damaged (%s)".formatted(failure.getClass().getSimpleName())
        : failure.getMessage();
  }

  /**
   * How a file is opened. Beside one whose name holds a colon a local folder has no .crc file of
   * Hadoop's, whose name Hadoop could not read.
   */
  public static Configuration opening(Path path, Configuration conf) throws IOException {
    if (path.getName().indexOf(':') < 0
        || !(path.getFileSystem(conf) instanceof LocalFileSystem local)) {
      return conf;
    }
    Configuration plain = new Configuration(conf);
    plain.setClass(
        "fs.%s.impl".formatted(local.getScheme()), RawLocalFileSystem.class, FileSystem.class);
    plain.setBoolean("fs.%s.impl.disable.cache".formatted(local.getScheme()), true);
    return plain;
  }

  private static ParquetMetadata read(Path path, long length, Configuration given)
      throws IOException {
    Configuration conf = opening(path, given);
    try {
      return ParquetFileReader.readFooter(
          HadoopInputFile.fromPath(path, conf), ParquetMetadataConverter.NO_FILTER);
    } catch (ParquetCryptoRuntimeException e) {
      throw encrypted(path, e);
    } catch (ChecksumException e) {
      throw new IOException(
          "Cannot read %s: it is damaged or cut: its bytes do not match the checksums beside it"
              .formatted(path),
          e);
    } catch (IOException | RuntimeException e) {
      if (e instanceof IOException
          && !(e instanceof EOFException)
          && !(e.getCause() instanceof TException)) {
        throw new IOException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
      }
      Optional<ParquetMetadata> newer = NewerTypes.footer(path, length, conf);
      return newer.orElseThrow(
          () ->
              new IOException(
                  "Cannot read %s: it is cut or not a Parquet file (%d bytes, no valid footer)"
                      .formatted(path, length),
                  e));
    }
  }

  private static IOException encrypted(Path path, ParquetCryptoRuntimeException cause) {
    return new IOException(
        "Cannot read %s: it or one of its columns is encrypted (write it without encryption)"
            .formatted(path),
        cause);
  }

  /** What a footer claims is allocated before it is read. */
  private static void requireWithin(Path path, long length, BlockMetaData block)
      throws IOException {
    for (ColumnChunkMetaData column : block.getColumns()) {
      long start = column.getStartingPos();
      long bytes = column.getTotalSize();
      if (start < 0 || bytes < 0 || bytes > length - start) {
        throw new IOException(
            "Cannot read %s: column %s has %d bytes from byte %d on by its footer, and the file %d bytes (it is cut or damaged)"
                .formatted(path, column.getPath().toDotString(), bytes, start, length));
      }
    }
  }
}
