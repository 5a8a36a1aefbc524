package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.ChildJvm;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.init.InitConfig;
import io.millrace.model.init.InitialWeights;
import io.millrace.model.layers.FastPath;
import io.millrace.prepare.Lake;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;

/** The program in conf/TRAINING.md, as it stands there, in a JVM with DL4J alone. */
class ClassifyProgramTest {
  private static final List<String> CLASSES = List.of("brick", "grass", "sand", "slate", "wood");
  private static final ImageShape SHAPE = new ImageShape(24, 20, 3);
  @TempDir private Path folder;

  /** One image as often as there are classes, each time of another one. */
  private record OneImage(byte[] image) implements BlockReader, Serializable {
    @Override
    public EncodedBlock read(Block block) throws IOException {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      for (int i = 0; i < CLASSES.size(); i++) {
        data.write(image);
      }
      return new EncodedBlock(
          IntStream.range(0, CLASSES.size()).asLongStream().toArray(),
          IntStream.range(0, CLASSES.size()).toArray(),
          IntStream.rangeClosed(0, CLASSES.size()).map(i -> i * image.length).toArray(),
          data.toByteArray());
    }
  }

  @Test
  void seesWhatEvaluateSees() throws Exception {
    ModelInput input =
        ModelInput.of(
            SHAPE, new float[] {0.49f, 0.45f, 0.4f}, new float[] {0.2f, 0.25f, 0.3f}, 0.875);
    ComputationGraphConfiguration network =
        new CifarResNet(8, 16, Shortcut.PROJECTION, false)
            .configuration(new NetworkPurpose(SHAPE, CLASSES.size(), new Sgd(0.1), 5));
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    InitialWeights.of(InitConfig.DEFAULT, net).set(net, 5, false);
    WeightVector weights = WeightVector.of(net.params().dup().data().asFloat());
    ModelCard card =
        ModelCard.of(new ModelCard.Run("run", "a network", Map.of()), CLASSES, input, Map.of());
    Path model = folder.resolve("model.zip");
    try (var out = Files.newOutputStream(model)) {
      ModelZip.of(network, weights, WeightVector.of(), 0, 0).with(card).writeTo(out);
    }
    byte[] jpeg = Lake.encoded(picture(), "jpg");
    Path image = Files.write(folder.resolve("image.jpg"), jpeg);

    double[] expected = evaluated(network, weights, input, jpeg);
    String said = classify(model, image);
    int best =
        IntStream.range(0, expected.length)
            .reduce((a, b) -> expected[b] > expected[a] ? b : a)
            .getAsInt();
    assertThat(said).startsWith(CLASSES.get(best) + " [");
    double[] probabilities = numbers(said);
    assertThat(probabilities).containsExactly(expected, within(TOLERANCE));
    // They tell images apart: a tenth more than the tolerance could be by chance.
    assertThat(expected[best]).isGreaterThan(0.2 + 10 * TOLERANCE);
  }

  /** What the text beside it states. */
  private static final double TOLERANCE = 0.002;

  /** By the very path of {@code evaluate}: the loss is minus the logarithm of the probability. */
  private static double[] evaluated(
      ComputationGraphConfiguration network, WeightVector weights, ModelInput input, byte[] jpeg)
      throws IOException {
    EvaluationSpec spec =
        new EvaluationSpec(
            List.of(new Block("x", 0, CLASSES.size(), 1)),
            new OneImage(jpeg),
            IntStream.range(0, CLASSES.size()).toArray(),
            CroppedImages.of(input),
            CLASSES.size(),
            CLASSES.size(),
            FaultsConfig.DEFAULT,
            Evaluation.network(network, FastPath.TRUE));
    Scorer scorer = new Scorer(spec.network());
    scorer.load("weights", weights.slices());
    return scorer.score(spec, 0).stream().mapToDouble(each -> Math.exp(-each.loss())).toArray();
  }

  /** Colour patches with soft edges under a little noise, 97 x 83: it is shrunk more than twice. */
  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(83, 97, BufferedImage.TYPE_3BYTE_BGR);
    Random random = new Random(3);
    for (int y = 0; y < 97; y++) {
      for (int x = 0; x < 83; x++) {
        for (int c = 0; c < 3; c++) {
          double wave = Math.sin(x / (7.0 + 3 * c)) + Math.cos(y / (11.0 - 2 * c));
          image.getRaster().setSample(x, y, c, (int) (127 + 55 * wave) + random.nextInt(16));
        }
      }
    }
    return image;
  }

  private String classify(Path model, Path image) throws Exception {
    Matcher block =
        Pattern.compile("```java\n(.*?public class Classify .*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../conf/TRAINING.md")));
    assertThat(block.find()).isTrue();
    Path source = Files.writeString(folder.resolve("Classify.java"), block.group(1));
    List<String> lines =
        ChildJvm.run(
            ClassifyProgramTest::isDl4j, source.toString(), model.toString(), image.toString());
    return lines.get(lines.size() - 1);
  }

  private static boolean isDl4j(String path) {
    return path.endsWith(".jar")
        && !path.matches(".*(apache.spark|apache.hadoop|scala-lang|millrace).*");
  }

  private static double[] numbers(String line) {
    List<Double> numbers = new ArrayList<>();
    Matcher number = Pattern.compile("\\d\\.[\\dE-]+").matcher(line);
    while (number.find()) {
      numbers.add(Double.parseDouble(number.group()));
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
