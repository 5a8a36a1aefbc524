package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.formats.ModelZip;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCards;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class PredictJobTest {
  private static final int SIZE = 8;
  private static final float MEAN = 0.4f;
  private static final float DEVIATION = 0.25f;
  private static final List<String> CLASSES = List.of("cat", "dog", "owl");

  @TempDir private Path dir;
  private final Map<String, byte[]> images = new TreeMap<>(); // by path and row
  private final List<String> said = new ArrayList<>();
  private long expected;
  private long scored;

  private static boolean never() {
    return false;
  }

  @BeforeEach
  void lake() throws IOException {
    Files.createDirectories(dir.resolve("lake/sub"));
    images.putAll(parquet("a.parquet", 0, 11));
    images.putAll(parquet("sub/b.parquet", 20, 7));
  }

  /** Images of which that of row 3 is cut and that of row 5 missing. */
  private Map<String, byte[]> parquet(String name, int seed, int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    Map<String, byte[]> good = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      byte[] png = Lake.encoded(Lake.picture(seed + i, 10, 9, 3), "png");
      rows.add(new Row(i == 3 ? Lake.cut(png) : i == 5 ? null : png, null));
      if (i != 3 && i != 5) {
        good.put(name + " " + i, png);
      }
    }
    Lake.huggingFace(dir.resolve("lake").resolve(name), rows);
    return good;
  }

  private static ComputationGraphConfiguration network(int seed) {
    return new CifarResNet(8, 16, CifarResNet.Shortcut.PROJECTION, true)
        .configuration(
            new NetworkPurpose(new ImageShape(SIZE, SIZE, 3), CLASSES.size(), new Sgd(0.1), seed));
  }

  private static ComputationGraph net(int seed) {
    ComputationGraph net = new ComputationGraph(network(seed).clone());
    net.init();
    net.getLayer("stem_bn").paramTable().get("mean").assign(0.1);
    net.getLayer("stem_bn").paramTable().get("var").assign(0.5);
    return net;
  }

  private String model(int seed) throws IOException {
    ModelZip zip =
        ModelZip.of(
                network(seed),
                WeightVector.of(net(seed).params().dup().data().asFloat()),
                WeightVector.of(),
                1,
                1)
            .with(
                ModelCards.card(
                    CLASSES,
                    new float[] {MEAN, MEAN, MEAN},
                    new float[] {DEVIATION, DEVIATION, DEVIATION}));
    RunFolder.open(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write("model%d.zip".formatted(seed), zip::writeTo);
    return dir.resolve("model%d.zip".formatted(seed)).toString();
  }

  private PredictRequest request(int seed, Integer top, String layer) throws IOException {
    return new PredictRequest(model(seed), null, dir.resolve("out").toString(), top, layer, false);
  }

  private PredictReport predict(PredictRequest request, BooleanSupplier stop) throws IOException {
    return predict(request, stop, List.of());
  }

  private PredictReport predict(
      PredictRequest request, BooleanSupplier stop, List<String> overrides) throws IOException {
    var config =
        ConfigReader.read(
            "test.yaml",
            "{source: {path: %s}, evaluation: {batch: 4}}".formatted(dir.resolve("lake")),
            overrides);
    said.clear();
    scored = 0;
    return PredictJob.run(
        SharedSpark.session(),
        config,
        request,
        new EvaluationWatcher() {
          @Override
          public void line(String text) {
            said.add(text.replace(dir.toString(), "DIR"));
          }

          @Override
          public void started(long examples) {
            expected = examples;
          }

          @Override
          public void scored(int more) {
            scored += more;
          }
        },
        stop);
  }

  /** The columns of all rows, by path and row. */
  private Map<String, org.apache.spark.sql.Row> rows(String folder) {
    Map<String, org.apache.spark.sql.Row> rows = new TreeMap<>();
    for (var row : SharedSpark.session().read().parquet(folder).collectAsList()) {
      String key = row.<String>getAs("path") + " " + row.<Long>getAs("row");
      assertThat(rows.put(key, row)).as(key).isNull();
    }
    return rows;
  }

  private static float[] floats(org.apache.spark.sql.Row row, String column) {
    List<Float> values = row.getList(row.fieldIndex(column));
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  /** What the stock network says of one image. */
  private static INDArray stock(ComputationGraph net, byte[] image, String layer) {
    FloatBuffer pixels = FloatBuffer.allocate(SIZE * SIZE * 3);
    float[] means = {MEAN, MEAN, MEAN};
    float[] deviations = {DEVIATION, DEVIATION, DEVIATION};
    try (var pipeline = ImagePipeline.evaluation(0.875, SIZE, SIZE, 3, means, deviations)) {
      pipeline.run(image, 0, image.length, null, pixels);
    }
    INDArray input =
        Nd4j.createFromArray(pixels.array()).reshape(1, SIZE, SIZE, 3).permute(0, 3, 1, 2).dup('c');
    int index = 0;
    while (!net.getVertices()[net.topologicalSortOrder()[index]].getVertexName().equals(layer)) {
      index++;
    }
    // No further, since activations write over what they read.
    return net.feedForward(new INDArray[] {input}, index, false, true).get(layer);
  }

  @Test
  void everyImageHasOneRowOfTheStockNetworksProbabilitiesAndBadOnesAreInQuarantine()
      throws IOException {
    PredictReport report = predict(request(1, 2, null), PredictJobTest::never);
    Map<String, org.apache.spark.sql.Row> rows = rows(report.predictions());
    assertThat(rows.keySet()).isEqualTo(images.keySet());
    ComputationGraph net = net(1);
    String sha256 = DigestUtils.sha256Hex(Files.readAllBytes(dir.resolve("model1.zip")));
    for (String key : rows.keySet()) {
      var row = rows.get(key);
      float[] all = stock(net, images.get(key), "output").toFloatVector();
      Integer[] order = {0, 1, 2};
      Arrays.sort(order, (a, b) -> Float.compare(all[b], all[a]));
      assertThat(row.<String>getList(row.fieldIndex("classes")))
          .containsExactly(CLASSES.get(order[0]), CLASSES.get(order[1]));
      assertThat(floats(row, "probabilities"))
          .containsExactly(new float[] {all[order[0]], all[order[1]]}, within());
      String hash = DigestUtils.sha256Hex(images.get(key)).substring(0, 16);
      assertThat(row.<Long>getAs("id")).isEqualTo(Long.parseUnsignedLong(hash, 16));
      assertThat(row.<String>getAs("model")).isEqualTo(sha256);
      assertThat(row.<String>getAs("run")).isEqualTo("nightly");
    }
    var bad = rows(report.quarantine());
    assertThat(bad.keySet())
        .containsExactly("a.parquet 3", "a.parquet 5", "sub/b.parquet 3", "sub/b.parquet 5");
    assertThat(bad.get("a.parquet 3").<String>getAs("reason")).isEqualTo("unreadable image");
    assertThat(bad.get("a.parquet 3").<String>getAs("detail")).startsWith("Cannot decode image: ");
    assertThat(bad.get("sub/b.parquet 5").<String>getAs("reason")).isEqualTo("path to no image");
    assertThat(report.rows()).isEqualTo(14);
    assertThat(report.reasons()).isEqualTo(Map.of("unreadable image", 2L, "path to no image", 2L));
    assertThat(scored).isEqualTo(expected).isEqualTo(18);
    assertThat(dir.resolve("out/predictions/_SUCCESS")).exists();
    assertThat(said.get(0)).startsWith("model          DIR/model1.zip of run nightly (");
    assertThat(said.get(1)).isEqualTo("input          DIR/lake: 2 files, 18 rows");
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-5f);
  }

  @Test
  void aLayerIsWrittenAsTheStockNetworkHasItAlsoWhereItsNormWouldBeFolded() throws IOException {
    for (String layer : List.of("pool", "stem_bn", "stem", "output")) {
      layer(layer, List.of());
    }
    layer("stem_bn", List.of("training.fastPath=false"));
    PredictRequest none = request(1, 1, "poool");
    assertThatThrownBy(() -> predict(none, PredictJobTest::never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Invalid --layer: poool (must be one of the model's: stem, stem_bn,");
  }

  private void layer(String layer, List<String> overrides) throws IOException {
    String out = dir.resolve(layer + overrides.size()).toString();
    var request = new PredictRequest(model(1), null, out, 1, layer, false);
    String key = "sub/b.parquet 2";
    var row = rows(predict(request, PredictJobTest::never, overrides).predictions()).get(key);
    INDArray stock = stock(net(1), images.get(key), layer);
    assertThat(floats(row, "embedding"))
        .as(layer + overrides)
        .containsExactly(stock.dup('c').data().asFloat(), within());
  }

  @Test
  void aRunThatWasKilledGoesOnAndWhatIsThereStays() throws IOException {
    PredictReport whole = predict(request(1, null, null), PredictJobTest::never);
    var rows = rows(whole.predictions());
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThan(0);
    Path first = files.get(0);
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(bytes, bytes.length / 2)); // a store that tore it
    Path aside = dir.resolve("out/predictions/.part-00000-x.parquet-7.part");
    Files.write(aside, new byte[3]);
    PredictReport again = predict(request(1, null, null), PredictJobTest::never);
    assertThat(Files.readAllBytes(first)).isEqualTo(bytes);
    assertThat(aside).doesNotExist();
    assertThat(rows(again.predictions())).isEqualTo(rows);
    assertThat(again.rows()).isEqualTo(14);
    assertThat(again.quarantined()).isEqualTo(4);

    PredictReport nothing = predict(request(1, null, null), PredictJobTest::never);
    assertThat(nothing.earlier()).isEqualTo(18);
    assertThat(nothing.lines())
        .containsExactly(
            "18 images: all of them were there, nothing to do",
            "quarantine     4 found before",
            "images=14 quarantined=4 predictions=%s quarantine=%s"
                .formatted(again.predictions(), again.quarantine()));

    try (Stream<Path> gone = Files.list(dir.resolve("out/quarantine"))) {
      Files.delete(gone.filter(file -> file.toString().endsWith(".parquet")).findFirst().get());
    }
    PredictReport mended = predict(request(1, null, null), PredictJobTest::never);
    assertThat(rows(mended.quarantine())).hasSize(4);
    assertThat(rows(mended.predictions())).isEqualTo(rows);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("out/predictions"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** Its chunks end at other rows, which would be predicted twice. */
  @Test
  void predictionsOfAnEarlierFormatAreRefused() throws IOException {
    predict(request(1, null, null), PredictJobTest::never);
    Path file = dir.resolve("out/manifest.json");
    PredictManifest now = PredictManifest.parse(Files.readString(file));
    PredictManifest earlier =
        new PredictManifest(
            1,
            now.model(),
            now.input(),
            now.settings(),
            now.chunkRows(),
            now.chunkBytes(),
            now.done(),
            now.versions());
    Files.writeString(file, earlier.toJson());
    assertThatThrownBy(() -> predict(request(1, null, null), PredictJobTest::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions of an earlier Millrace, in format 1, not 2 (take another --output, or --overwrite)",
            dir.resolve("out"));
  }

  @Test
  void anotherModelInputOrSettingIsRefusedByName() throws IOException {
    PredictRequest first = request(1, null, null);
    predict(first, PredictJobTest::never);
    String out = dir.resolve("out").toString();
    String end = " (take another --output, or --overwrite)";
    assertThatThrownBy(() -> predict(request(2, null, null), PredictJobTest::never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot predict into %s: it holds predictions by another model, %s of run nightly ("
                .formatted(out, first.model()))
        .hasMessageEndingWith(end);
    assertThatThrownBy(() -> predict(request(1, 2, "pool"), PredictJobTest::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions made with --layer null, not pool; --top 3, not 2%s"
                .formatted(out, end));
    Path copy = dir.resolve("lake/c.parquet");
    Files.copy(dir.resolve("lake/a.parquet"), copy, StandardCopyOption.COPY_ATTRIBUTES);
    assertThatThrownBy(() -> predict(request(1, null, null), PredictJobTest::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions of %s as it was, files came, changed or went since%s"
                .formatted(out, dir.resolve("lake"), end));
    PredictReport over =
        predict(
            new PredictRequest(first.model(), null, out, null, null, true), PredictJobTest::never);
    assertThat(rows(over.predictions())).hasSize(14 + 9);

    Path sub = dir.resolve("lake/sub/out");
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(first.model(), null, sub.toString(), 1, null, false),
                    PredictJobTest::never))
        .hasMessage(
            "Invalid --output: %s (must not lie in source.path, %s)", sub, dir.resolve("lake"));
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(
                        first.model(),
                        dir.resolve("lake").toString(),
                        Files.createDirectories(dir.resolve("other/thing")).getParent().toString(),
                        4,
                        null,
                        false),
                    PredictJobTest::never))
        .hasMessage("Invalid --top: 4 (must be <= 3, the classes of the model)");
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(
                        first.model(), null, dir.resolve("other").toString(), 1, null, true),
                    PredictJobTest::never))
        .hasMessage(
            "Invalid --output: %s (must be a folder of its own; it holds thing)",
            dir.resolve("other"));
    assertThatThrownBy(() -> request(1, 0, null)).hasMessage("Invalid --top: 0 (must be >= 1)");
  }

  @Test
  void aStopLeavesWhatIsDoneAndTheSameCommandGoesOn() throws IOException {
    assertThatThrownBy(() -> predict(request(1, null, null), () -> expected > 0))
        .isInstanceOf(PredictStoppedException.class)
        .hasMessageEndingWith(
            " of 18 images are in %s; the same command goes on".formatted(dir.resolve("out")));
    assertThat(rows(predict(request(1, null, null), PredictJobTest::never).predictions()).keySet())
        .isEqualTo(images.keySet());
  }

  @Test
  void aFolderOfImagesNeedsNoClasses() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("photos/train/deep")).getParent().getParent();
    Files.write(folder.resolve("one.png"), Lake.png(1));
    Files.write(folder.resolve("train/deep/two.PNG"), Lake.png(2));
    Files.writeString(folder.resolve("notes.txt"), "no image");
    Files.writeString(folder.resolve("bad.jpg"), "no image either");
    PredictReport report =
        predict(
            new PredictRequest(
                model(1), folder.toString(), dir.resolve("out").toString(), 1, null, false),
            PredictJobTest::never);
    assertThat(rows(report.predictions()).keySet())
        .containsExactly("one.png 0", "train/deep/two.PNG 0");
    assertThat(rows(report.quarantine()).keySet()).containsExactly("bad.jpg 0");
    assertThat(report.leftOut())
        .singleElement()
        .asString()
        .contains("without an image's extension");
  }

  @Test
  void aModelThatDoesNotSayItsClassesIsRefused() throws IOException {
    ModelZip zip = new ModelZip("{}", WeightVector.of(1), WeightVector.of(), Optional.empty());
    RunFolder.open(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write("bare.zip", zip::writeTo);
    String bare = dir.resolve("bare.zip").toString();
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(bare, null, dir.resolve("out").toString(), 1, null, false),
                    PredictJobTest::never))
        .hasMessage("Cannot read model %s: its configuration.json is no DL4J network", bare);
  }

  @Test
  void aSourceWithoutImagesIsNotCalledDone() {
    PredictReport none = new PredictReport(0, 0, Map.of(), 1, Double.NaN, List.of(), "p", "q");
    assertThat(none.lines().get(0)).isEqualTo("0 images: the source has none, nothing to do");
  }
}
