package io.millrace.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.factory.DefaultV1ValuesWriterFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;

/**
 * Writes one Parquet file of a prepared set, a row group after exactly {@code blockRows} rows.
 * Images are stored as they are, without dictionary or compression; pages carry checksums.
 *
 * <p>It drives parquet-hadoop's column and file writers itself: the record writer on top of them
 * ends a row group by its size in bytes only. One block is in memory at a time.
 */
public final class ParquetBlockWriter implements AutoCloseable {
  // A minimum of an image says nothing, and whole images would stand in the footer.
  private static final int STATISTICS_BYTES = 1;

  private static final ParquetProperties PROPERTIES =
      ParquetProperties.builder()
          .withDictionaryEncoding(false)
          .withColumnIndexTruncateLength(STATISTICS_BYTES)
          .withStatisticsTruncateLength(STATISTICS_BYTES)
          .withMinRowCountForPageSizeCheck(16)
          // The default factories are one for the JVM and take the settings of whoever came last.
          .withValuesWriterFactory(new DefaultV1ValuesWriterFactory())
          .withAllocator(new HeapByteBufferAllocator())
          .build();

  private final int blockRows;
  private final RowsDigest digest = new RowsDigest();
  private final CodecFactory codecs;
  private final ParquetFileWriter file;
  private final String path;
  private ColumnChunkPageWriteStore pages;
  private ColumnWriteStore columns;
  private int rows;

  /** Creates the file; one that is there is replaced. */
  public ParquetBlockWriter(Path path, int blockRows, Configuration conf) throws IOException {
    this.path = path.toString();
    this.blockRows = blockRows;
    this.codecs = new CodecFactory(conf, PROPERTIES.getPageSizeThreshold());
    this.file =
        new ParquetFileWriter(
            HadoopOutputFile.fromPath(path, conf),
            BlockSchema.SCHEMA,
            ParquetFileWriter.Mode.OVERWRITE,
            ParquetWriter.DEFAULT_BLOCK_SIZE, // of the file system at least; rows end a block here
            0,
            STATISTICS_BYTES,
            STATISTICS_BYTES,
            true);
    file.start();
    startBlock();
  }

  /** Adds an example. */
  public void write(long id, int label, byte[] image) throws IOException {
    digest.add(id, label, image);
    columns.getColumnWriter(BlockSchema.ID).write(id, 0, 0);
    columns.getColumnWriter(BlockSchema.LABEL).write(label, 0, 0);
    columns.getColumnWriter(BlockSchema.IMAGE).write(Binary.fromConstantByteArray(image), 0, 0);
    columns.endRecord();
    if (++rows == blockRows) {
      endBlock();
      startBlock();
    }
  }

  /**
   * Ends the file and describes it.
   *
   * @param name its path relative to the data set's root
   */
  public DatasetManifest.DataFile finish(String name) throws IOException {
    endBlock();
    file.end(Map.of());
    List<DatasetManifest.RowGroup> groups = new ArrayList<>();
    for (BlockMetaData block : file.getFooter().getBlocks()) {
      if (block.getCompressedSize() > Integer.MAX_VALUE - 16) {
        throw new IOException(
            "Cannot write %s: a block has %d bytes, more than 2 GiB (lower dataset.blockRows)"
                .formatted(path, block.getCompressedSize()));
      }
      groups.add(
          new DatasetManifest.RowGroup(
              Math.toIntExact(block.getRowCount()), block.getCompressedSize()));
    }
    return new DatasetManifest.DataFile(name, file.getPos(), digest.hex(), groups);
  }

  @Override
  public void close() {
    codecs.release();
  }

  private void startBlock() {
    rows = 0;
    pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(CompressionCodecName.UNCOMPRESSED),
            BlockSchema.SCHEMA,
            PROPERTIES.getAllocator(),
            STATISTICS_BYTES,
            true);
    columns = PROPERTIES.newColumnWriteStore(BlockSchema.SCHEMA, pages);
  }

  private void endBlock() throws IOException {
    if (rows > 0) {
      columns.flush();
      file.startBlock(rows);
      pages.flushToFileWriter(file);
      file.endBlock();
    }
    columns.close();
  }
}
