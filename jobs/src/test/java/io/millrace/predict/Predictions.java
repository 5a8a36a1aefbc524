package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCards;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;

/** A lake of 18 images, four of them bad, and predictions by a small model. */
abstract class Predictions {
  static final int SIZE = 8;
  static final float MEAN = 0.4f;
  static final float DEVIATION = 0.25f;
  static final List<String> CLASSES = List.of("cat", "dog", "owl");

  @TempDir Path dir;
  final Map<String, byte[]> images = new TreeMap<>(); // by path and row
  final List<String> said = new ArrayList<>();
  long expected;
  long scored;

  static boolean never() {
    return false;
  }

  @BeforeEach
  void lake() throws IOException {
    Files.createDirectories(dir.resolve("lake/sub"));
    images.putAll(parquet("a.parquet", 0, 11));
    images.putAll(parquet("sub/b.parquet", 20, 7));
  }

  /** Images of which that of row 3 is cut and that of row 5 missing. */
  Map<String, byte[]> parquet(String name, int seed, int count) throws IOException {
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

  static ComputationGraphConfiguration network(int seed) {
    return new CifarResNet(8, 16, CifarResNet.Shortcut.PROJECTION, true)
        .configuration(
            new NetworkPurpose(new ImageShape(SIZE, SIZE, 3), CLASSES.size(), new Sgd(0.1), seed));
  }

  static ComputationGraph net(int seed) {
    ComputationGraph net = new ComputationGraph(network(seed).clone());
    net.init();
    net.getLayer("stem_bn").paramTable().get("mean").assign(0.1);
    net.getLayer("stem_bn").paramTable().get("var").assign(0.5);
    return net;
  }

  String model(int seed) throws IOException {
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

  PredictRequest request(int seed, Integer top, String layer) throws IOException {
    return new PredictRequest(model(seed), null, dir.resolve("out").toString(), top, layer, false);
  }

  PredictReport predict(PredictRequest request, BooleanSupplier stop) throws IOException {
    return predict(request, stop, List.of());
  }

  PredictReport predict(PredictRequest request, BooleanSupplier stop, List<String> overrides)
      throws IOException {
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
  Map<String, org.apache.spark.sql.Row> rows(String folder) {
    Map<String, org.apache.spark.sql.Row> rows = new TreeMap<>();
    for (var row : SharedSpark.session().read().parquet(folder).collectAsList()) {
      String key = row.<String>getAs("path") + " " + row.<Long>getAs("row");
      assertThat(rows.put(key, row)).as(key).isNull();
    }
    return rows;
  }

  static float[] floats(org.apache.spark.sql.Row row, String column) {
    List<Float> values = row.getList(row.fieldIndex(column));
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
