package io.millrace.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;

/** A Parquet file of one row group, taken apart to make it lie about its last column. */
final class ParquetBytes {
  private static final int TAIL = 8;

  private final FileMetaData footer;
  private byte[] pages;

  private ParquetBytes(byte[] pages, FileMetaData footer) {
    this.pages = pages;
    this.footer = footer;
  }

  static ParquetBytes of(Path file) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] footer = new byte[bytes.getInt(bytes.capacity() - TAIL)];
    byte[] pages = new byte[bytes.capacity() - TAIL - footer.length];
    bytes.get(pages).get(footer);
    return new ParquetBytes(pages, Util.readFileMetaData(new ByteArrayInputStream(footer)));
  }

  /** The footer claims that many bytes of the last column. */
  ParquetBytes claim(long bytes) {
    last().setTotal_compressed_size(bytes);
    return this;
  }

  /** The last column's first page claims to become that many bytes. */
  ParquetBytes inflate(int bytes) throws IOException {
    int start = Math.toIntExact(start());
    var in = new ByteArrayInputStream(pages, start, pages.length - start);
    PageHeader header = Util.readPageHeader(in);
    byte[] behind = in.readAllBytes();
    header.setUncompressed_page_size(bytes);
    var out = new ByteArrayOutputStream();
    out.write(pages, 0, start);
    Util.writePageHeader(header, out);
    out.write(behind);
    int longer = out.size() - pages.length;
    last().setTotal_compressed_size(last().getTotal_compressed_size() + longer);
    if (last().isSetDictionary_page_offset()) {
      last().setData_page_offset(last().getData_page_offset() + longer);
    }
    pages = out.toByteArray();
    return this;
  }

  void write(Path file) throws IOException {
    var out = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, out);
    var tail = ByteBuffer.allocate(TAIL).order(ByteOrder.LITTLE_ENDIAN).putInt(out.size());
    out.write(tail.put("PAR1".getBytes(StandardCharsets.US_ASCII)).array());
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    var whole = new ByteArrayOutputStream();
    whole.write(pages);
    out.writeTo(whole);
    Files.write(file, whole.toByteArray());
  }

  private long start() {
    return last().isSetDictionary_page_offset()
        ? Math.min(last().getDictionary_page_offset(), last().getData_page_offset())
        : last().getData_page_offset();
  }

  private ColumnMetaData last() {
    List<ColumnChunk> columns = footer.getRow_groups().get(0).getColumns();
    return columns.get(columns.size() - 1).getMeta_data();
  }
}
