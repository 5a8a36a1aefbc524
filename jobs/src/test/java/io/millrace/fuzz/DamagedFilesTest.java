package io.millrace.fuzz;

import io.millrace.config.ConfigReader;
import io.millrace.dataset.Example;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.formats.ModelZip;
import io.millrace.source.ManyFiles;
import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import io.millrace.source.SourceFiles;
import io.millrace.source.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.commons.io.file.PathUtils;
import org.apache.hadoop.conf.Configuration;

/** Files that come from outside, damaged: each is read, or refused in one line. */
class DamagedFilesTest {
  private static final Configuration CONF = new Configuration();
  private static final Path FOLDER = folder();
  private static final Tried IDX = new Tried("idx");
  private static final Tried PARQUET = new Tried("parquet");
  private static final Tried YAML = new Tried("yaml");
  private static final Tried MODEL = new Tried("model.zip");
  private static final Tried SET = new Tried("prepared set");

  private static int lakes;

  /** One file of a set, and what is there in its place. */
  record Part(String file, byte[] bytes) {}

  @Provide
  static Arbitrary<byte[]> idxFiles() throws IOException {
    return Damaged.of(Seeds.idx());
  }

  @Provide
  static Arbitrary<byte[]> parquetFiles() throws IOException {
    return Damaged.of(Seeds.parquet(Files.createTempDirectory(FOLDER, "seeds")));
  }

  @Provide
  static Arbitrary<byte[]> configs() throws IOException {
    return Damaged.of(Seeds.configs());
  }

  @Provide
  static Arbitrary<byte[]> models() throws IOException {
    return Damaged.of(Seeds.models());
  }

  @Provide
  static Arbitrary<Part> setFiles() throws IOException {
    Path set = whole();
    try (Stream<Path> files = Files.walk(set)) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> set.relativize(file).toString())
              .filter(name -> name.matches("manifest.json|.*[.]parquet"))
              .sorted()
              .toList();
      return Arbitraries.of(names)
          .flatMap(
              name -> Damaged.of(List.of(bytes(set, name))).map(bytes -> new Part(name, bytes)));
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void idx(@ForAll("idxFiles") byte[] bytes) throws IOException {
    Path lake = lake("train-images-idx3-ubyte", bytes);
    Files.write(lake.resolve("train-labels-idx1-ubyte"), Seeds.idx(new int[] {Seeds.IMAGES}));
    IDX.one(() -> read(Seeds.source(lake, Format.IDX)));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void parquet(@ForAll("parquetFiles") byte[] bytes) throws IOException {
    Path lake = lake("a.parquet", bytes);
    PARQUET.one(() -> read(Seeds.source(lake, Format.PARQUET)));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void yaml(@ForAll("configs") byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    YAML.one(() -> ConfigReader.read("a.yaml", text, List.of()));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void modelZip(@ForAll("models") byte[] bytes) throws IOException {
    Path file = lake("model.zip", bytes).resolve("model.zip");
    MODEL.one(() -> ModelZip.read(CONF, file.toString()));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void preparedSet(@ForAll("setFiles") Part part) throws IOException {
    Path set = FOLDER.resolve("set-" + lakes++);
    PathUtils.copyDirectory(whole(), set);
    Files.write(set.resolve(part.file()), part.bytes());
    SET.one(() -> readSet(set));
    PathUtils.deleteDirectory(set);
  }

  /** A lake of one file, in the place of the one before. */
  private static Path lake(String name, byte[] bytes) throws IOException {
    Path lake = FOLDER.resolve("lake-" + lakes);
    if (Files.exists(lake)) {
      PathUtils.deleteDirectory(lake);
    }
    lakes++;
    Path next = Files.createDirectory(FOLDER.resolve("lake-" + lakes));
    Files.write(next.resolve(name), bytes);
    return next;
  }

  private static void read(SourceConfig config) throws IOException {
    Source source = Sources.open(SourceFiles.list(config, CONF), config, ManyFiles.here(CONF));
    for (Slice slice : source.slices()) {
      try (RowIterator rows = source.read(slice)) {
        while (rows.hasNext()) {
          rows.next();
        }
      }
    }
  }

  private static void readSet(Path path) throws IOException {
    PreparedDataset set = PreparedDataset.open(path.toString(), CONF);
    set.check();
    for (Split split : Split.values()) {
      Iterator<Example> examples = set.examples(split);
      while (examples.hasNext()) {
        examples.next();
      }
    }
  }

  private static Path whole() throws IOException {
    Path set = FOLDER.resolve("set");
    return Files.exists(set) ? set : Seeds.set(FOLDER);
  }

  private static byte[] bytes(Path folder, String name) {
    try {
      return Files.readAllBytes(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("millrace-fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void say() throws IOException {
    List.of(IDX, PARQUET, YAML, MODEL, SET).forEach(System.out::println);
    PathUtils.deleteDirectory(FOLDER);
  }
}
