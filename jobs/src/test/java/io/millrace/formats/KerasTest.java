package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KerasTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir private Path dir;

  private static Path resource(String name) {
    return Path.of(KerasTest.class.getResource("/oracles/keras/" + name).getPath());
  }

  private static INDArray array(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return Nd4j.createFromArray(values);
  }

  private static INDArray flat(JsonNode rows) {
    INDArray[] all = new INDArray[rows.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array(rows.get(i));
    }
    return Nd4j.vstack(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras2_sequential.h5", "keras2_functional.h5"})
  void outputsAreThoseOfKeras(String name) throws Exception {
    JsonNode table = new ObjectMapper().readTree(getClass().getResource("/oracles/keras.json"));
    answers(
        resource(name),
        array(table.get("input_nhwc")).reshape(2, 12, 10, 3),
        flat(table.get("keras/" + name)),
        table.get("tolerance").asDouble());
  }

  /** Odd sides, strides, padding on one side, and the layers that the others do not have. */
  @Test
  void theOtherLayersGiveTheOutputsOfKerasToo() throws Exception {
    JsonNode table =
        new ObjectMapper().readTree(getClass().getResource("/weights/keras2_more.json"));
    answers(
        Path.of(getClass().getResource("/weights/keras2_more.h5").getPath()),
        array(table.get("input_nhwc")).reshape(2, 13, 16, 2),
        flat(table.get("output")),
        1e-5);
  }

  private static void answers(Path path, INDArray images, INDArray expected, double tolerance)
      throws Exception {
    WeightFile file = WeightFiles.open(HADOOP, path.toString());
    for (FastPath fast : List.of(FastPath.FALSE, FastPath.TRUE)) {
      ComputationGraph net = NativePass.network(file.network().orElseThrow(), fast).network();
      WeightTransfer.strict(file, NamedParameter.own(net)).run();
      INDArray found = net.outputSingle(images.permute(0, 3, 1, 2).dup('c'));
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance);
      NativeMemory.free(net);
    }
  }

  private static void refused(Path file, String reason) {
    assertThatThrownBy(() -> WeightFiles.open(HADOOP, file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read Keras model %s: %s", file, reason);
  }

  @Test
  void otherVersionsOfKerasAreRefusedByName() {
    refused(resource("keras1_gap.h5"), "Keras 1.2.2 saved it (must be Keras 2)");
    refused(resource("keras1_sequential.h5"), "Keras 1.2.2 saved it (must be Keras 2)");
  }

  /** The same file with a text in the place of one as long. */
  private Path altered(String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(resource("keras2_sequential.h5"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    assertThat(to.length()).isLessThanOrEqualTo(from.length());
    String padded = to + " ".repeat(from.length() - to.length());
    return Files.write(
        dir.resolve("altered.h5"),
        text.replace(from, padded).getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"class_name\": \"Flatten\" | \"class_name\":\"Softmax\" | its Softmax flatten_1 is a layer that is not read",
        "\"dilation_rate\": [1, 1] | \"dilation_rate\": [2, 1] | its Conv2D conv2d_1 has dilation_rate [2,1] (must be [1,1])",
        "\"channels_last\" | \"channels_f\" | its Conv2D conv2d_1 has data_format \"channels_f\" (must be channels_last)",
        "\"axis\": -1 | \"axis\": 1 | its BatchNormalization batch_normalization_1 has axis 1 (must be the last, of an image or of what a dense layer gives)",
        "\"center\": true | \"center\":false | its BatchNormalization batch_normalization_1 has center false (must be true)",
        "\"activation\": \"relu\" | \"activation\": \"selu\" | its Activation activation_1 has activation \"selu\" (must be linear, relu, relu6, tanh or sigmoid, softmax at the end)",
        "\"filters\": 6 | \"filters\": 5 | it holds 1351 weights, its network has 1247",
        "\"dtype\": \"float32\" | \"dtype\": \"float16\" | its Conv2D conv2d_1 has dtype \"float16\" (must be float32)",
        "\"use_bias\" | \"use_fish\" | its Conv2D conv2d_1 has use_fish true (must be left out)",
        "\"Sequential\" | \"Subclassed\" | it is a Subclassed (must be a Sequential or a functional model)",
        "\"name\": \"dense_1\" | \"name\":\"conv2d_1\" | its Dense conv2d_1 does not come once, behind its inputs",
      })
  void whatIsNotProvedIsRefusedByName(String from, String to, String reason) throws IOException {
    refused(altered(from, to), reason);
  }

  @Test
  void whateverBytesAreChangedTheReaderEndsInOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(resource("keras2_functional.h5"));
    Random random = new Random(11);
    Path file = dir.resolve("fuzzed.h5");
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      for (int k = 0; k <= i % 4; k++) {
        int at = random.nextInt(bytes.length / 8) * 8;
        long value = k % 2 == 0 ? random.nextLong() : random.nextInt(bytes.length);
        java.nio.ByteBuffer.wrap(bytes)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .putLong(Math.min(at, bytes.length - 8), value);
      }
      Files.write(file, bytes);
      try {
        WeightFile read = WeightFiles.open(HADOOP, file.toString());
        read.read(read.shapes().keySet(), (name, values) -> {});
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("Cannot read ").hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
