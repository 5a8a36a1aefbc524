package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.formats.ModelZip;
import io.millrace.model.ModelCard;
import io.millrace.prepare.Lake;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model that was trained on one set, on others: classes in another order, and training images of
 * another brightness, so of another mean. Grey images, 10 x 10, whose class is the direction of
 * stripes under noise.
 */
class ModelOnAnotherSetTest {
  private static final List<String> CLASSES = List.of("across", "along", "plain");
  private static final int EACH = 12;

  @TempDir private static Path folder;
  private static final Configuration HADOOP = new Configuration();

  @BeforeAll
  static void prepareAndTrain() throws IOException {
    lake("lake", CLASSES, 0, "train", "validation", "test");
    lake("bright", CLASSES, 90, "train", "validation", "test");
    prepare("lake", "source.classes=[across, along, plain]");
    prepare("bright", "source.classes=[plain, across, along]");
    train("first", "lake");
  }

  /** Test images are the same in all lakes; the others are brighter by {@code light}. */
  private static void lake(String name, List<String> classes, int light, String... splits)
      throws IOException {
    for (String split : splits) {
      for (String kind : classes) {
        Path images = folder.resolve(name).resolve(split).resolve(kind);
        Files.createDirectories(images);
        for (int i = 0; i < EACH; i++) {
          int seed = 100 * split.length() + i;
          BufferedImage image = picture(kind, seed, split.equals("test") ? 0 : light);
          Files.write(images.resolve(i + ".png"), Lake.encoded(image, "png"));
        }
      }
    }
  }

  private static BufferedImage picture(String kind, int seed, int light) {
    Random random = new Random(seed + kind.hashCode());
    BufferedImage image = new BufferedImage(10, 10, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 100; i++) {
      int at = kind.equals("across") ? i / 10 : kind.equals("along") ? i % 10 : 0;
      int value = light + 40 + 30 * (at / 2 % 2) + random.nextInt(90);
      image.getRaster().setSample(i % 10, i / 10, 0, value);
    }
    return image;
  }

  private static RunConfig config(String run, String set, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s/out
        source: {path: %1$s/%3$s}
        dataset: {path: %1$s/%3$s-set, blockRows: 8}
        input: {height: 8, width: 8, channels: 1}
        augment: [{random_crop: {height: 8, width: 8}}]
        model: {depth: 8}
        learningRate: {referenceBatch: 12, warmupEpochs: 1}
        training: {epochs: 4, workers: 2, batchPerWorker: 6}
        """
            .formatted(folder, run, set),
        List.of(overrides));
  }

  private static void prepare(String lake, String... overrides) throws IOException {
    Prepared.by(config("any", lake, overrides));
  }

  private static void train(String run, String set, String... overrides) throws IOException {
    TrainJob.run(SharedSpark.session(), config(run, set, overrides), new Start.Anew(), () -> false);
  }

  private static String model(String run) {
    return folder.resolve("out").resolve(run).resolve("model.zip").toString();
  }

  private static ModelCard card(String run) throws IOException {
    return ModelZip.card(HADOOP, model(run)).orElseThrow();
  }

  private static Evaluated evaluate(String model, String set, List<String> said)
      throws IOException {
    return EvaluateJob.run(
        SharedSpark.session(),
        config("first", set),
        model,
        Optional.of(Split.TEST),
        new EvaluationWatcher() {
          @Override
          public void line(String text) {
            said.add(text);
          }

          @Override
          public void started(long examples) {}

          @Override
          public void scored(int examples) {}
        });
  }

  @Test
  void theSameImagesInASetOfAnotherOrderAndMeanGiveTheSameAccuracy() throws IOException {
    PreparedDataset own = PreparedDataset.open(folder.resolve("lake-set").toString(), HADOOP);
    PreparedDataset other = PreparedDataset.open(folder.resolve("bright-set").toString(), HADOOP);
    assertThat(other.classes()).isNotEqualTo(own.classes());
    assertThat(other.manifest().images().mean().get(0))
        .isGreaterThan(own.manifest().images().mean().get(0) + 0.3);

    Evaluated before = evaluate(model("first"), "lake", new ArrayList<>());
    List<String> said = new ArrayList<>();
    Evaluated after = evaluate(model("first"), "bright", said);
    assertThat(before.report().top1()).isGreaterThan(0.6); // of three classes
    assertThat(after.report().top1()).isEqualTo(before.report().top1());
    assertThat(after.report().confusion()).isDeepEqualTo(before.report().confusion());
    assertThat(after.report().loss()).isCloseTo(before.report().loss(), within(1e-6));
    assertThat(said)
        .anyMatch(line -> line.endsWith("matched by name: the set has them in another order"))
        .anyMatch(line -> line.startsWith("normalised     mean 0."));

    String dataset = config("first", "lake").dataset().path();
    assertThat(EvaluationFile.write(HADOOP, dataset, before)).endsWith("/evaluation-test.json");
    dataset = config("first", "bright").dataset().path();
    assertThat(EvaluationFile.write(HADOOP, dataset, after))
        .endsWith(
            "/evaluation-test-bright-set-%s.json".formatted(other.fingerprint().substring(0, 8)));
  }

  @Test
  void aModelSaysWhatItIsAndHowWellItDoes() throws IOException {
    RunConfig config = config("first", "lake");
    TrainingSetup setup = TrainingSetup.of(config, HADOOP);
    ModelCard card = card("first");
    assertThat(card.classes()).isEqualTo(CLASSES);
    assertThat(card.run().name()).isEqualTo("first");
    assertThat(card.run().network()).isEqualTo("cifar-resnet of depth 8");
    assertThat(card.run().fingerprints()).containsEntry("data", setup.data().fingerprint());
    assertThat(card.input().mean())
        .containsExactly(setup.data().manifest().images().mean().get(0).floatValue());
    assertThat(card.metrics().split()).isEqualTo("validation");
    assertThat(card.metrics().epoch()).isBetween(1, 4);
    String metrics =
        Files.readAllLines(folder.resolve("out/first/metrics.jsonl"))
            .get(card.metrics().epoch() - 1);
    assertThat(metrics)
        .contains("\"val_top1\":" + card.metrics().top1())
        .contains("\"val_loss\":" + card.metrics().loss())
        .contains("\"train_loss\":" + card.metrics().trainLoss());
  }

  @Test
  void aRunThatStartsFromAModelSeesAsItAndNamesItsClassesAsTheSet() throws IOException {
    RunConfig config = config("second", "bright", "init.from=" + model("first"));
    TrainingSetup setup = TrainingSetup.of(config, HADOOP);
    assertThat(setup.plan().lines())
        .anyMatch(
            line ->
                line.matches(
                    "input +8 x 8, 1 channel, mean 0\\.\\d+, deviation 0\\.\\d+ of init's model,"
                        + " not mean 0\\.\\d+, deviation 0\\.\\d+ of train"));
    assertThat(setup.input().model().mean()).isEqualTo(card("first").input().mean());

    ComputationGraph first =
        TrainingSetup.of(config("x", "lake", "init.from=" + model("first")), HADOOP)
            .network()
            .initialised(HADOOP);
    ComputationGraph second = setup.network().initialised(HADOOP);
    INDArray images = Nd4j.rand(5, 1, 8, 8);
    INDArray before = first.outputSingle(images);
    INDArray after = second.outputSingle(images);
    for (int image = 0; image < 5; image++) {
      for (int label = 0; label < 3; label++) {
        int then = CLASSES.indexOf(setup.data().classes().get(label));
        assertThat(after.getDouble(image, label))
            .isCloseTo(before.getDouble(image, then), within(1e-6));
      }
    }

    RunConfig none = config("x", "bright", "init.from=" + model("first"), "input.normalize=false");
    RunInput asItIs = TrainingSetup.of(none, HADOOP).input();
    assertThat(asItIs.model().mean()).containsExactly(0f);
    assertThat(asItIs.words()).contains("by input.normalize, not mean 0.");
  }

  @Test
  void aRunThatGoesOnSeesAsItBeganAlsoIfItsInitHasChanged() throws IOException {
    Path init = Files.copy(Path.of(model("first")), folder.resolve("init.zip"));
    String[] settings = {"init.from=" + init, "training.epochs=2"};
    train("straight", "bright", settings);
    Path stopped = folder.resolve("out/stopped/checkpoints/epoch-0001");
    RunConfig config = config("stopped", "bright", settings);
    assertThatThrownBy(
            () ->
                TrainJob.run(
                    SharedSpark.session(),
                    config,
                    new Start.Anew(),
                    () -> Files.exists(stopped.resolve("manifest.json"))))
        .isInstanceOf(StoppedException.class);
    ModelZip other = ModelZip.read(HADOOP, init.toString());
    try (var out = Files.newOutputStream(init)) {
      ModelCard card = TrainingSetup.of(config("x", "bright"), HADOOP).card();
      other.with(card).writeTo(out);
    }
    TrainJob.run(SharedSpark.session(), config, new Start.From("auto"), () -> false);
    assertThat(weights("stopped")).isEqualTo(weights("straight"));
    assertThat(card("stopped").input()).isEqualTo(card("first").input());
  }

  private static Object weights(String run) throws IOException {
    String checkpoint = folder.resolve("out/" + run + "/checkpoints/epoch-0002").toString();
    return CheckpointStore.read(HADOOP, checkpoint).state();
  }

  @Test
  void anotherSetOfClassesIsRefusedByName() throws IOException {
    lake("walls", List.of("across", "along", "wall"), 0, "train", "validation");
    prepare("walls");
    RunConfig config = config("x", "walls", "init.from=" + model("first"));
    assertThatThrownBy(() -> TrainingSetup.of(config, HADOOP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid init.from: %s (must have the classes of %s: the model does not know wall; the set"
                    .formatted(model("first"), config.dataset().path())
                + " does not have plain; source.classesFrom keeps the classes of an earlier set; strict: false"
                + " beside init's kind: pretrained and path takes what fits, with a new head for"
                + " other classes)");
  }
}
