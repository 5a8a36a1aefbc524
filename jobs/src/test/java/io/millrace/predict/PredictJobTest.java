package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.formats.ModelZip;
import io.millrace.image.ImagePipeline;
import io.millrace.prepare.Lake;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PredictJobTest extends Predictions {
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
    PredictReport report = predict(request(1, 2, null), Predictions::never);
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
    assertThatThrownBy(() -> predict(none, Predictions::never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Invalid --layer: poool (must be one of the model's: stem, stem_bn,");
  }

  private void layer(String layer, List<String> overrides) throws IOException {
    String out = dir.resolve(layer + overrides.size()).toString();
    var request = new PredictRequest(model(1), null, out, 1, layer, false);
    String key = "sub/b.parquet 2";
    var row = rows(predict(request, Predictions::never, overrides).predictions()).get(key);
    INDArray stock = stock(net(1), images.get(key), layer);
    assertThat(floats(row, "embedding"))
        .as(layer + overrides)
        .containsExactly(stock.dup('c').data().asFloat(), within());
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
            Predictions::never);
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
                    Predictions::never))
        .hasMessage("Cannot read model %s: its configuration.json is no DL4J network", bare);
  }

  @Test
  void aSourceWithoutImagesIsNotCalledDone() {
    PredictReport none = new PredictReport(0, 0, Map.of(), 1, Double.NaN, List.of(), "p", "q");
    assertThat(none.lines().get(0)).isEqualTo("0 images: the source has none, nothing to do");
  }
}
