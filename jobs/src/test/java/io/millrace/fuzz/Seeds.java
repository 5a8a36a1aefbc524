package io.millrace.fuzz;

import io.millrace.SharedSpark;
import io.millrace.formats.ModelZip;
import io.millrace.model.ModelCards;
import io.millrace.prepare.DatasetConfig;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.prepare.Lake;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareListener;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import io.millrace.wire.WeightVector;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;

/** Whole files of each kind, small ones, as programs write them. */
final class Seeds {
  static final int IMAGES = 20;

  private Seeds() {}

  static SourceConfig source(Path lake, Format format) {
    return new SourceConfig(lake.toString(), format, "image", "label", null, List.of(), null);
  }

  /** Images of 28 x 28, plain and gzipped. */
  static List<byte[]> idx() throws IOException {
    byte[] plain = idx(new int[] {IMAGES, 28, 28});
    var zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    }
    return List.of(plain, zipped.toByteArray());
  }

  /** An array of bytes, each one its place. */
  static byte[] idx(int[] shape) throws IOException {
    var bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x800 + shape.length);
    int values = 1;
    for (int size : shape) {
      out.writeInt(size);
      values *= size;
    }
    for (int i = 0; i < values; i++) {
      out.writeByte(shape.length == 1 ? i % 10 : i);
    }
    return bytes.toByteArray();
  }

  /** Hugging Face's layout, and columns of plain bytes. */
  static List<byte[]> parquet(Path folder) throws IOException {
    Path nested = folder.resolve("nested.parquet");
    Path plain = folder.resolve("plain.parquet");
    Lake.huggingFace(nested, Lake.rows(0, IMAGES));
    List<Lake.Row> named = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      named.add(new Lake.Row(Lake.png(i), i % 2 == 0 ? "cat" : "dog"));
    }
    Lake.plain(plain, named);
    return bytes(List.of(nested, plain));
  }

  /** The shipped configs. */
  static List<byte[]> configs() throws IOException {
    Path above = Path.of("../conf");
    try (Stream<Path> files = Files.list(Files.exists(above) ? above : Path.of("conf"))) {
      return bytes(files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList());
    }
  }

  /** A model with optimiser state and card. */
  static List<byte[]> models() throws IOException {
    ComputationGraphConfiguration net =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(3).build(), "in")
            .setOutputs("out")
            .build();
    var values = WeightVector.of(new float[15]);
    var out = new ByteArrayOutputStream();
    ModelZip.of(net, values, values, 1, 1).with(ModelCards.card("a", "b", "c")).writeTo(out);
    return List.of(out.toByteArray());
  }

  /** A prepared set of two splits. */
  static Path set(Path folder) throws IOException {
    Path lake = Files.createDirectories(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, IMAGES));
    Path set = folder.resolve("set");
    PrepareJob.run(
        SharedSpark.session(),
        source(lake, Format.AUTO),
        new DatasetConfig(set.toString(), 8, 1, 0.25, 0, Encoding.KEEP, 90, 0.01),
        1,
        PrepareListener.NONE,
        () -> false);
    return set;
  }

  private static List<byte[]> bytes(List<Path> files) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (Path file : files) {
      all.add(Files.readAllBytes(file));
    }
    return all;
  }
}
