package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.layers.NativeMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Zips that each release of DL4J on Maven Central wrote, by {@code weights/dl4j/WriteZips.java} in
 * a JVM of its own on 2026-11-26, and what its networks answered. 1.0.0-beta6 needed {@code
 * ND4J_MKL_FALLBACK=true}, since its oneDNN does not know newer CPUs.
 */
class ReleasesTest {
  private static final int IMAGES = 2;

  static List<String> releases() {
    List<String> releases = new ArrayList<>();
    for (int i = 1; i <= 7; i++) {
      releases.add("1.0.0-beta" + (i == 1 ? "" : i));
    }
    releases.addAll(List.of("1.0.0-M1", "1.0.0-M1.1", "1.0.0-M2", "1.0.0-M2.1"));
    return releases;
  }

  @ParameterizedTest
  @MethodSource("releases")
  void whatAReleaseWroteAnswersAsThere(String release) throws IOException {
    JsonNode answers =
        new ObjectMapper()
            .readTree(getClass().getResource("/weights/dl4j/answers.json"))
            .get(release);
    INDArray images = array(answers.get("images")).reshape(IMAGES, 2, 8, 8);
    for (String kind : List.of("graph", "stack")) {
      String path =
          getClass().getResource("/weights/dl4j/%s-%s.zip".formatted(kind, release)).getPath();
      WeightFile file = WeightFiles.open(new Configuration(), path);
      ComputationGraph net = new ComputationGraph(file.network().orElseThrow());
      net.init();
      WeightTransfer.strict(file, NamedParameter.own(net)).run();
      INDArray expected = array(answers.get(kind)).reshape(IMAGES, 3);
      double off = net.outputSingle(images).sub(expected).amaxNumber().doubleValue();
      assertThat(off).as(kind).isLessThan(1e-5);
      NativeMemory.free(net);
    }
  }

  private static INDArray array(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return Nd4j.createFromArray(values);
  }
}
