package io.millrace.predict;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file of rows of one kind, written to a stream that stays open.
 *
 * @param <T> a row
 */
final class RowsFile<T> implements AutoCloseable {
  private static final long GROUP_BYTES = 16L << 20;

  /** Writes the fields of a row. */
  interface Fields<T> {
    void write(T row, RecordConsumer to);
  }

  private final ParquetWriter<T> writer;
  private final Map<String, String> footer = new TreeMap<>();

  RowsFile(OutputStream out, MessageType schema, Fields<T> fields, Configuration hadoop)
      throws IOException {
    var builder = new Builder<>(out, new Rows<>(schema, fields, footer)).withConf(hadoop);
    for (ColumnDescriptor column : schema.getColumns()) {
      boolean text = column.getPrimitiveType().getPrimitiveTypeName() == BINARY;
      builder.withDictionaryEncoding(String.join(".", column.getPath()), text); // numbers differ
    }
    writer = builder.build();
  }

  void write(T row) throws IOException {
    writer.write(row);
  }

  /** Adds a text to what the footer says. */
  void say(String key, String text) {
    footer.put(key, text);
  }

  /** Writes what is left, and the footer. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final Rows<T> rows;

    Builder(OutputStream out, Rows<T> rows) {
      super(new StreamedFile(out));
      this.rows = rows;
      withCompressionCodec(CompressionCodecName.SNAPPY);
      withRowGroupSize(GROUP_BYTES);
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return rows;
    }
  }

  private static final class Rows<T> extends WriteSupport<T> {
    private final MessageType schema;
    private final Fields<T> fields;
    private final Map<String, String> footer;
    private RecordConsumer consumer;

    Rows(MessageType schema, Fields<T> fields, Map<String, String> footer) {
      this.schema = schema;
      this.fields = fields;
      this.footer = footer;
    }

    @Override
    public WriteContext init(Configuration conf) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer to) {
      consumer = to;
    }

    @Override
    public void write(T row) {
      consumer.startMessage();
      fields.write(row, consumer);
      consumer.endMessage();
    }

    @Override
    public FinalizedWriteContext finalizeWrite() {
      return new FinalizedWriteContext(footer);
    }
  }
}
