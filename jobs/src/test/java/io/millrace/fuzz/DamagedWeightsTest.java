package io.millrace.fuzz;

import io.millrace.formats.WeightFile;
import io.millrace.formats.WeightFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.commons.io.file.PathUtils;
import org.apache.hadoop.conf.Configuration;

/** Files of weights of other programs, damaged: each is read, or refused in one line. */
class DamagedWeightsTest {
  private static final Configuration CONF = new Configuration();
  private static final Path FOLDER = folder();
  private static final Tried SAFETENSORS = new Tried("safetensors");
  private static final Tried ZIP = new Tried("DL4J zip");
  private static final Tried HDF5 = new Tried("Keras HDF5");

  @Provide
  static Arbitrary<byte[]> safetensors() throws IOException {
    return Damaged.of(
        resources("/weights/python.safetensors", "/oracles/nets/resnet50_eighth.io.safetensors"));
  }

  @Provide
  static Arbitrary<byte[]> zips() throws IOException {
    String folder = "/weights/dl4j/";
    return Damaged.of(
        resources(
            folder + "graph-1.0.0-beta.zip",
            folder + "stack-1.0.0-beta4.zip",
            folder + "graph-1.0.0-M2.1.zip"));
  }

  @Provide
  static Arbitrary<byte[]> models() throws IOException {
    return Damaged.of(
        resources(
            "/oracles/keras/keras2_sequential.h5",
            "/oracles/keras/keras2_functional.h5",
            "/weights/keras2_more.h5"));
  }

  private static List<byte[]> resources(String... names) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (String name : names) {
      try (InputStream in = DamagedWeightsTest.class.getResourceAsStream(name)) {
        all.add(in.readAllBytes());
      }
    }
    return all;
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void safetensors(@ForAll("safetensors") byte[] bytes) throws IOException {
    tried(SAFETENSORS, bytes);
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void dl4jZip(@ForAll("zips") byte[] bytes) throws IOException {
    tried(ZIP, bytes);
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void kerasHdf5(@ForAll("models") byte[] bytes) throws IOException {
    tried(HDF5, bytes);
  }

  private static void tried(Tried kind, byte[] bytes) throws IOException {
    Path path = Files.write(FOLDER.resolve("weights"), bytes);
    kind.one(
        () -> {
          WeightFile file = WeightFiles.open(CONF, path.toString());
          file.read(file.shapes().keySet(), (name, values) -> {});
        });
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("millrace-weights");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void say() throws IOException {
    List.of(SAFETENSORS, ZIP, HDF5).forEach(System.out::println);
    PathUtils.deleteDirectory(FOLDER);
  }
}
