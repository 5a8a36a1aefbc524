package io.millrace.dataset;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** The columns of a prepared data set's files. */
final class BlockSchema {
  static final MessageType SCHEMA =
      Types.buildMessage()
          .required(INT64)
          .named("id")
          .required(INT32)
          .named("label")
          .required(BINARY)
          .named("image")
          .named("millrace");

  static final ColumnDescriptor ID = SCHEMA.getColumnDescription(new String[] {"id"});
  static final ColumnDescriptor LABEL = SCHEMA.getColumnDescription(new String[] {"label"});
  static final ColumnDescriptor IMAGE = SCHEMA.getColumnDescription(new String[] {"image"});

  private BlockSchema() {}
}
