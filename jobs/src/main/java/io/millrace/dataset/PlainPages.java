package io.millrace.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;

/**
 * The pages of a block's columns as {@link ParquetBlockWriter} makes them: required values in PLAIN
 * encoding, uncompressed, with checksums. Their bytes are handed out where they were read to:
 * parquet-hadoop's own check of a checksum copies the page, and its column readers go value by
 * value.
 *
 * <p>Source: Apache Parquet format, "Data Pages", "Checksumming" and "Plain Encoding".
 */
final class PlainPages {
  private final PageReadStore block;
  private final CRC32 crc = new CRC32();

  PlainPages(PageReadStore block) {
    this.block = block;
  }

  /** Hands the values of each page of {@code column} to {@code values}, little-endian, in order. */
  void forEach(ColumnDescriptor column, Consumer<ByteBuffer> values) throws IOException {
    PageReader pages = block.getPageReader(column);
    for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
      if (!(page instanceof DataPageV1 plain) || plain.getValueEncoding() != Encoding.PLAIN) {
        throw new IOException(
            "its column %s is not stored plain; only prepare writes such files"
                .formatted(column.getPath()[0]));
      }
      values.accept(checked(plain).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private ByteBuffer checked(DataPageV1 page) throws IOException {
    int size = Math.toIntExact(page.getBytes().size());
    ByteBuffer bytes = page.getBytes().toInputStream().slice(size); // toByteBuffer would copy
    if (page.getCrc().isPresent()) {
      crc.reset();
      crc.update(bytes.duplicate());
      if ((int) crc.getValue() != page.getCrc().getAsInt()) {
        throw new IOException("the checksum of a page is wrong");
      }
    }
    return bytes;
  }
}
