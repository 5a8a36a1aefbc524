package io.millrace.prepare;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** Makes small sources of images for tests. */
public final class Lake {
  private Lake() {}

  /** A row of a Parquet source; all but the image may be null, and that too. */
  public record Row(byte[] image, Object label, String split) {
    public Row(byte[] image, Object label) {
      this(image, label, null);
    }
  }

  public static BufferedImage picture(long seed, int height, int width, int channels) {
    var image =
        new BufferedImage(
            width,
            height,
            channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          image.getRaster().setSample(x, y, c, random.nextInt(256));
        }
      }
    }
    return image;
  }

  public static byte[] encoded(BufferedImage image, String format) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  public static byte[] png(long seed) throws IOException {
    return encoded(picture(seed, 6, 5, 3), "png");
  }

  public static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length * 2 / 3);
  }

  /** A file in Hugging Face's layout: an image struct and integer labels. */
  static void huggingFace(Path file, List<Row> rows, String features, long groupBytes)
      throws IOException {
    MessageType schema =
        Types.buildMessage()
            .optionalGroup()
            .optional(BINARY)
            .named("bytes")
            .optional(BINARY)
            .as(stringType())
            .named("path")
            .named("image")
            .optional(INT64)
            .named("label")
            .named("schema");
    var factory = new SimpleGroupFactory(schema);
    try (var out =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withConf(new Configuration())
            .withType(schema)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withRowGroupSize(groupBytes)
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(4)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withExtraMetaData(features == null ? Map.of() : Map.of("huggingface", features))
            .build()) {
      for (Row row : rows) {
        Group group = factory.newGroup();
        Group image = group.addGroup("image");
        if (row.image() != null) {
          image.add("bytes", Binary.fromConstantByteArray(row.image()));
        }
        image.add("path", row.split() == null ? "somewhere.png" : row.split());
        if (row.label() != null) {
          group.add("label", ((Number) row.label()).longValue());
        }
        out.write(group);
      }
    }
  }

  public static void huggingFace(Path file, List<Row> rows) throws IOException {
    huggingFace(file, rows, null, 1 << 20);
  }

  /** Rows of Hugging Face's layout whose images are paths alone, of class 0. */
  public static void paths(Path file, List<String> paths) throws IOException {
    List<Row> rows = paths.stream().map(path -> new Row(null, 0, path)).toList();
    huggingFace(file, rows, null, 1 << 20);
  }

  /** A file with a plain binary column, string labels and a split column. */
  public static void plain(Path file, List<Row> rows) throws IOException {
    MessageType schema =
        Types.buildMessage()
            .optional(BINARY)
            .named("picture")
            .optional(BINARY)
            .as(stringType())
            .named("kind")
            .optional(BINARY)
            .as(stringType())
            .named("part")
            .named("schema");
    var factory = new SimpleGroupFactory(schema);
    try (var out =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withConf(new Configuration())
            .withType(schema)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Row row : rows) {
        Group group = factory.newGroup();
        if (row.image() != null) {
          group.add("picture", Binary.fromConstantByteArray(row.image()));
        }
        if (row.label() != null) {
          group.add("kind", (String) row.label());
        }
        if (row.split() != null) {
          group.add("part", row.split());
        }
        out.write(group);
      }
    }
  }

  /** A gzipped pair of IDX files of grey images. */
  static void idx(Path folder, String part, int[] labels, int height, int width, byte[] pixels)
      throws IOException {
    try (var out = idx(folder.resolve(part + "-images-idx3-ubyte.gz"), 3)) {
      out.writeInt(labels.length);
      out.writeInt(height);
      out.writeInt(width);
      out.write(pixels);
    }
    try (var out = idx(folder.resolve(part + "-labels-idx1-ubyte.gz"), 1)) {
      out.writeInt(labels.length);
      for (int label : labels) {
        out.write(label);
      }
    }
  }

  private static DataOutputStream idx(Path file, int dimensions) throws IOException {
    var out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
    out.writeInt(0x800 | dimensions);
    return out;
  }

  /** Rows of different images, of three classes in turn. */
  public static List<Row> rows(int from, int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      rows.add(new Row(png(i), i % 3));
    }
    return rows;
  }
}
