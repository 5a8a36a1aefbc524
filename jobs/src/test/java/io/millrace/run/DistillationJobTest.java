package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs that learn from a model that a run before them left. */
class DistillationJobTest {
  private static final int EPOCHS = 2;
  private static final Configuration HADOOP = new Configuration();

  @TempDir private static Path folder;

  /** 45 images to train on, 0, 1 and 2 in turn. */
  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 1), "png"), i % 3));
    }
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    Prepared.by(config("any"));
    train("teacher", "training.epochs=1");
    train("other", "training.epochs=1", "seed=2");
    train("student", taught("teacher"));
  }

  private static RunConfig config(String name, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 4, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        model: {depth: 8}
        learningRate: {referenceBatch: 16, warmupEpochs: 1}
        training: {epochs: %3$d, workers: 2, batchPerWorker: 8}
        averaging: {every: 2}
        shuffle: {window: 2}
        """
            .formatted(folder, name, EPOCHS),
        List.of(overrides));
  }

  private static void train(String name, String... overrides) throws IOException {
    train(name, new Start.Anew(), () -> false, overrides);
  }

  private static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  private static String model(String run) {
    return folder.resolve(run).resolve("model.zip").toString();
  }

  private static String taught(String teacher) {
    return "loss.distillation.teacher=" + model(teacher);
  }

  private static RunState weights(String run, int epoch) throws IOException {
    Path checkpoint = folder.resolve(run).resolve("checkpoints/epoch-000" + epoch);
    return CheckpointStore.read(HADOOP, checkpoint.toString()).state();
  }

  private static void assertEqualRuns(String run, String other) throws IOException {
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      assertThat(weights(run, epoch)).isEqualTo(weights(other, epoch));
    }
  }

  @Test
  void keptLogitsGiveTheSameBits() throws IOException {
    train("cached", taught("teacher"), "loss.distillation.cacheLogits=true");
    assertEqualRuns("cached", "student");
  }

  @Test
  void gradientsAndMeasuredShadowsGoWithATeacherToo() throws IOException {
    String averaging = "averaging={exchange: gradients, every: 1, shadows: [swa]}";
    train("gradients", taught("teacher"), averaging);
    train("gradients-of-other", taught("other"), averaging);
    assertThat(weights("gradients", EPOCHS)).isNotEqualTo(weights("gradients-of-other", EPOCHS));
  }

  @Test
  void whatTheTeacherSaysMatters() throws IOException {
    train("of-other", taught("other"));
    assertThat(weights("of-other", 1)).isNotEqualTo(weights("student", 1));
    train("all-hard", taught("teacher"), "loss.distillation.hardWeight=1");
    train("all-hard-other", taught("other"), "loss.distillation.hardWeight=1");
    assertEqualRuns("all-hard", "all-hard-other");
    assertThat(weights("all-hard", 1)).isNotEqualTo(weights("student", 1));
  }

  @Test
  void aRunGoesOnWithItsTeacherWhereverThatIsNowAndWithNoOther() throws IOException {
    Path moved = folder.resolve("moved.zip");
    Files.copy(Path.of(model("teacher")), moved);
    Path first = folder.resolve("resumed/checkpoints/epoch-0001");
    assertThatThrownBy(
            () -> train("resumed", new Start.Anew(), () -> Files.exists(first), taught("teacher")))
        .isInstanceOf(StoppedException.class);
    String there = "loss.distillation.teacher=" + moved;
    Files.copy(Path.of(model("other")), moved, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> train("resumed", new Start.From("auto"), () -> false, there))
        .hasMessage(
            "Cannot resume from epoch 1: it was trained with another teacher (set that back, or"
                + " train anew: --set name=..., --overwrite)");
    assertThatThrownBy(() -> train("resumed", new Start.From("auto"), () -> false))
        .hasMessageContaining("it was trained with a teacher");
    Files.copy(Path.of(model("teacher")), moved, StandardCopyOption.REPLACE_EXISTING);
    train("resumed", new Start.From("auto"), () -> false, there);
    assertEqualRuns("resumed", "student");
    assertThat(ModelZip.card(HADOOP, model("resumed")).orElseThrow().run().fingerprints())
        .containsKey("teacher");
    assertThat(ModelZip.card(HADOOP, model("teacher")).orElseThrow().run().fingerprints())
        .containsOnlyKeys("plan", "data", "model");
  }

  @Test
  void thePlanSaysWhoTeachesAndCountsWhatThatNeeds() throws IOException {
    var with = TrainingSetup.of(config("plan", taught("teacher")), HADOOP).plan();
    var without = TrainingSetup.of(config("plan"), HADOOP).plan();
    assertThat(with.lines())
        .contains(
            "loss           cross entropy, 0.5 of it and 0.5 of distillation at temperature 20,"
                + " whose value holds its square times the teacher's entropy")
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "teacher        \\S+/teacher/model.zip; [0-9.]+ MB of heap and [0-9.]+ MB"
                            + " outside for each worker"));
    assertThat(without.lines()).noneMatch(line -> line.startsWith("teacher"));
    long weights = Float.BYTES * with.network().parameters();
    assertThat(with.driver().heap() - without.driver().heap()).isEqualTo(3 * weights);
    assertThat(with.executor(3).heap() - without.executor(3).heap()).isEqualTo(2 * weights);
    assertThat(with.executor(3).outside() - without.executor(3).outside())
        .isEqualTo(3 * (2 * weights + 5 * Float.BYTES * with.network().widest() * 8));
  }

  @Test
  void classesAreMatchedByName() throws IOException {
    TeacherModel turned = teacher(changed("turned", card -> with(card, "2", "0", "1")));
    assertThat(turned.outputs()).containsExactly(1, 2, 0);
    assertThat(turned.need(turned.card().orElseThrow().input(), 8, 45).words())
        .contains("turned.zip, whose classes are matched by name;");
    assertThatThrownBy(() -> teacher(changed("strange", card -> with(card, "0", "dog", "1"))))
        .hasMessage(
            "Invalid loss.distillation.teacher: %s/strange.zip (must know all classes of the set, it does not know 2)"
                .formatted(folder));
    assertThatThrownBy(() -> teacher(changed("more", card -> with(card, "0", "1", "2", "3"))))
        .hasMessage(
            "Invalid loss.distillation.teacher: %s/more.zip (must have an output for each of its 4 classes, it has 3)"
                .formatted(folder));
  }

  @Test
  void aTeacherThatSeesOtherImagesIsRefused() throws IOException {
    String large = changed("large", card -> with(card, new ImageShape(9, 8, 1), 0));
    assertThatThrownBy(() -> teacher(large))
        .hasMessage(
            "Invalid loss.distillation.teacher: %s/large.zip (must take the run's images of 8 x 8 x 1 (height x width x channels), it takes 9 x 8 x 1 (height x width x channels))"
                .formatted(folder));
    String bright = changed("bright", card -> with(card, new ImageShape(8, 8, 1), 1));
    assertThatThrownBy(() -> teacher(bright))
        .hasMessageStartingWith(
            "Invalid loss.distillation.teacher: %s/bright.zip (must take images as the run normalises them, mean "
                .formatted(folder));
  }

  @Test
  void aFileThatIsNoWholeModelIsRefused() throws IOException {
    assertThatThrownBy(() -> teacher(folder.resolve("none.zip").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no such file");
    ModelZip zip = ModelZip.read(HADOOP, model("teacher"));
    ModelZip few =
        new ModelZip(zip.configuration(), WeightVector.zeros(3), WeightVector.of(), zip.card());
    assertThatThrownBy(() -> teacher(written("few", few)))
        .hasMessageMatching(
            "Invalid loss.distillation.teacher: \\S+/few.zip \\(must hold the \\d+ parameters of its own network, it has 3\\)");
    String json = zip.configuration().replace("ActivationSoftmax", "ActivationSigmoid");
    ModelZip sigmoid = new ModelZip(json, zip.parameters(), WeightVector.of(), zip.card());
    assertThatThrownBy(() -> teacher(written("sigmoid", sigmoid)))
        .hasMessageMatching(
            "Invalid loss.distillation.teacher: \\S+/sigmoid.zip \\(must end in softmax, or in"
                + " logits; its output is output, OutputLayer of \\S+ on sigmoid\\)");
  }

  private static TeacherModel teacher(String path) throws IOException {
    RunConfig config = config("any", "loss.distillation.teacher=" + path);
    return TrainingSetup.of(config, HADOOP).teacher().orElseThrow();
  }

  private static String changed(String name, UnaryOperator<ModelCard> change) throws IOException {
    ModelZip zip = ModelZip.read(HADOOP, model("teacher"));
    return written(name, zip.with(change.apply(zip.card().orElseThrow())));
  }

  private static String written(String name, ModelZip zip) throws IOException {
    Path file = folder.resolve(name + ".zip");
    try (OutputStream out = Files.newOutputStream(file)) {
      zip.writeTo(out);
    }
    return file.toString();
  }

  private static ModelCard with(ModelCard card, String... classes) {
    return ModelCard.of(card.run(), List.of(classes), card.input(), card.versions());
  }

  private static ModelCard with(ModelCard card, ImageShape shape, float moreMean) {
    float[] mean = card.input().means();
    mean[0] += moreMean;
    ModelInput input = ModelInput.of(shape, mean, card.input().deviations(), 1);
    return ModelCard.of(card.run(), card.classes(), input, card.versions());
  }

  @Test
  void aTeacherThatSaysNothingOfItselfIsTakenAtItsWord() throws IOException {
    ModelZip zip = ModelZip.read(HADOOP, model("teacher"));
    ModelZip bare =
        new ModelZip(zip.configuration(), zip.parameters(), WeightVector.of(), Optional.empty());
    TeacherModel teacher = teacher(written("bare", bare));
    assertThat(teacher.outputs()).containsExactly(0, 1, 2);
    assertThat(
            teacher
                .need(
                    ModelInput.of(new ImageShape(8, 8, 1), new float[1], new float[] {1}, 1), 8, 45)
                .words())
        .contains("which does not say its classes and input");
  }
}
