package io.millrace.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.BsonType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * Footers with logical types that are newer than the Parquet library, such as FLOAT16, VARIANT or
 * GEOMETRY in a column beside the images: the library fails on the whole file. Such a type is taken
 * away where none of its physical type is read as a label, and is BSON for bytes, which are no
 * label either.
 */
final class NewerTypes {
  private static final int TAIL = 8;

  private NewerTypes() {}

  /** The footer, or nothing where such types are not what is wrong with it. */
  static Optional<ParquetMetadata> footer(Path path, long length, Configuration conf) {
    try (var in = path.getFileSystem(conf).open(path)) {
      byte[] tail = new byte[TAIL];
      in.readFully(length - TAIL, tail);
      in.seek(length - TAIL - ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt());
      FileMetaData footer = Util.readFileMetaData(in);
      List<SchemaElement> newer = footer.getSchema().stream().filter(NewerTypes::isNewer).toList();
      if (newer.isEmpty() || !newer.stream().allMatch(NewerTypes::isNoLabel)) {
        return Optional.empty();
      }
      newer.forEach(NewerTypes::replace);
      return Optional.of(new ParquetMetadataConverter().fromParquetMetadata(footer));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // what was wrong before is wrong still, and is said
    }
  }

  private static boolean isNewer(SchemaElement element) {
    return element.isSetLogicalType() && element.getLogicalType().getSetField() == null;
  }

  /** Groups and bytes, in no case numbers, which would be read as those of classes. */
  private static boolean isNoLabel(SchemaElement element) {
    return !element.isSetType()
        || element.getType() == Type.FIXED_LEN_BYTE_ARRAY
        || element.getType() == Type.BYTE_ARRAY;
  }

  private static void replace(SchemaElement element) {
    if (element.getType() == Type.BYTE_ARRAY) {
      element.setLogicalType(LogicalType.BSON(new BsonType()));
    } else {
      element.unsetLogicalType();
    }
  }
}
