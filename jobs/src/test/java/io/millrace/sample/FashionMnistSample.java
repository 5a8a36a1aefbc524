package io.millrace.sample;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.millrace.image.ImageEncoder;
import io.millrace.image.PixelBuffer;
import io.millrace.source.IdxFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * Makes {@code conf/sample}: the first images of each class of Fashion-MNIST as PNG in Parquet, in
 * the layout of Hugging Face. Arguments: the folder with the IDX files, the folder to write.
 */
public final class FashionMnistSample {
  private static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final MessageType SCHEMA =
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

  private FashionMnistSample() {}

  public static void main(String[] args) throws IOException {
    write(args[0], "train", args[1] + "/train-00000-of-00001.parquet", 600);
    write(args[0], "t10k", args[1] + "/test-00000-of-00001.parquet", 100);
  }

  private static void write(String folder, String part, String to, int perClass)
      throws IOException {
    var conf = new Configuration();
    int[] taken = new int[CLASSES.size()];
    var factory = new SimpleGroupFactory(SCHEMA);
    try (var images = new IdxFile(new Path(folder, part + "-images-idx3-ubyte.gz"), conf);
        var labels = new IdxFile(new Path(folder, part + "-labels-idx1-ubyte.gz"), conf);
        var out = writer(to, conf)) {
      int[] shape = images.shape();
      var pixels = new PixelBuffer().reshape(shape[1], shape[2], 1);
      for (int row = 0; row < shape[0]; row++) {
        byte[] image = images.next();
        int label = labels.next()[0];
        if (taken[label] == perClass) {
          continue;
        }
        taken[label]++;
        System.arraycopy(image, 0, pixels.data(), 0, image.length);
        Group example = factory.newGroup();
        Group struct = example.addGroup("image");
        struct.add("bytes", Binary.fromConstantByteArray(ImageEncoder.png(pixels)));
        struct.add("path", "%s-%05d.png".formatted(part, row));
        example.add("label", (long) label);
        out.write(example);
      }
    }
  }

  private static ParquetWriter<Group> writer(String to, Configuration conf) throws IOException {
    return ExampleParquetWriter.builder(new Path(to))
        .withConf(conf)
        .withType(SCHEMA)
        .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
        .withDictionaryEncoding("image.bytes", false)
        .withDictionaryEncoding("image.path", false)
        .withExtraMetaData(Map.of("huggingface", features()))
        .build();
  }

  private static String features() {
    String names =
        CLASSES.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
    return "{\"info\": {\"features\": {\"image\": {\"_type\": \"Image\"}, \"label\": {\"names\": ["
        + names
        + "], \"_type\": \"ClassLabel\"}}}}";
  }
}
