package io.millrace.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * Reads blocks column by column, without a Spark row or a Parquet group in between. Files of a
 * prepared set never change, so their footers are kept for the whole JVM. Thread-safe.
 */
public final class ParquetBlockReader implements BlockReader, Serializable {
  private static final long serialVersionUID = 1;
  private static final int FOOTERS_KEPT = 4096;

  private static final Map<Path, ParquetMetadata> FOOTERS =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, ParquetMetadata> eldest) {
              return size() > FOOTERS_KEPT;
            }
          });

  private final String root;
  private final HadoopConf conf;
  private final AtomicLong bytesRead = new AtomicLong();

  /** A reader of the blocks under a prepared set's root. */
  public ParquetBlockReader(String root, Configuration conf) {
    this.root = root;
    this.conf = new HadoopConf(conf);
  }

  @Override
  public EncodedBlock read(Block block) throws IOException {
    Path path = new Path(root, block.file());
    try (var reader = ParquetFileReader.open(conf.conf(), path, footer(path))) {
      bytesRead.addAndGet(block.bytes());
      return decode(reader, block);
    } catch (FileNotFoundException e) {
      FOOTERS.remove(path);
      throw new IOException(
          "Cannot read block %d of %s: the file is gone (the set was prepared anew, or deleted, while it was read)"
              .formatted(block.rowGroup(), path),
          e);
    } catch (IOException | RuntimeException e) {
      FOOTERS.remove(path);
      String reason = ParquetFiles.words(e);
      throw new IOException(
          reason.startsWith("Cannot read ") // it names the file itself
              ? reason
              : "Cannot read block %d of %s: %s".formatted(block.rowGroup(), path, reason),
          e);
    }
  }

  /** Bytes read from storage by this reader in this JVM: row groups, and footers when not kept. */
  public long bytesRead() {
    return bytesRead.get();
  }

  private ParquetMetadata footer(Path path) throws IOException {
    ParquetMetadata footer = FOOTERS.get(path);
    if (footer == null) {
      long length = conf.fileSystem(path).getFileStatus(path).getLen();
      footer = ParquetFiles.footer(path, length, conf.conf());
      var blocks = footer.getBlocks();
      var last = blocks.get(blocks.size() - 1);
      bytesRead.addAndGet(length - last.getStartingPos() - last.getCompressedSize());
      FOOTERS.put(path, footer);
    }
    return footer;
  }

  private static EncodedBlock decode(ParquetFileReader reader, Block block) throws IOException {
    var pages = reader.readRowGroup(block.rowGroup());
    if (pages == null || pages.getRowCount() != block.rows()) {
      throw new IOException(
          "it has %d rows, the manifest says %d"
              .formatted(pages == null ? 0 : pages.getRowCount(), block.rows()));
    }
    int rows = block.rows();
    var columns = new PlainPages(pages);
    LongBuffer ids = LongBuffer.allocate(rows);
    columns.forEach(BlockSchema.ID, page -> ids.put(page.asLongBuffer()));
    IntBuffer labels = IntBuffer.allocate(rows);
    columns.forEach(BlockSchema.LABEL, page -> labels.put(page.asIntBuffer()));
    int[] offsets = new int[rows + 1];
    ByteBuffer images = ByteBuffer.allocate(Math.toIntExact(block.bytes()));
    var next = new int[] {0};
    columns.forEach(
        BlockSchema.IMAGE,
        page -> {
          while (page.hasRemaining()) {
            int length = page.getInt();
            images.put(page.slice(page.position(), length));
            page.position(page.position() + length);
            offsets[++next[0]] = images.position();
          }
        });
    return new EncodedBlock(ids.array(), labels.array(), offsets, images.array());
  }
}
