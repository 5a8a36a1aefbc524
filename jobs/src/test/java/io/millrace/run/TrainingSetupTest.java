package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.settings.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

/** What is refused before anything runs. */
class TrainingSetupTest {
  @TempDir private Path folder;

  @Test
  void oneImageThatIsTooSmallOrOfAnotherShapeIsKnownBeforeTraining() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      int side = i == 17 ? 6 : 12;
      rows.add(new Row(Lake.encoded(Lake.picture(i, side, side + 1, 3), "png"), i % 2));
    }
    prepare("train-0.parquet", rows);
    assertThatThrownBy(() -> setup("augment=[{random_crop: {height: 8, width: 8}}]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot crop 8 x 8: the image is 7 x 6 with padding 0; %s/set has an image of 7 x 6 (width x height)",
            folder);
    assertThatThrownBy(() -> setup("augment=[]"))
        .hasMessage(
            "Invalid augment: gives 7 x 6 (must be the input's width x height, 8 x 8); %s/set has an image of 7 x 6 (width x height)",
            folder);
    assertThat(setup("augment=[{random_crop: {height: 8, width: 8, padding: 1}}]").shape().rows())
        .isEqualTo(30);
  }

  @Test
  void thePlanSaysThatGreyImagesAreRepeatedForANetworkThatTakesColour() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 1), "png"), i % 2));
    }
    prepare("train-0.parquet", rows);
    assertThat(setup("input.channels=3").plan().input())
        .startsWith("8 x 8, 3 channels, mean ")
        .endsWith(" of train; grey images, the same in each channel");
    assertThat(setup("input.channels=1").plan().input()).endsWith(" of train");
  }

  @Test
  void workersAndBatchesHaveNoSayInTheStart() throws IOException {
    prepareColours();
    String[] init = {"init={kind: xavier-normal, rules: [{names: stage1*, kind: orthogonal}]}"};
    ComputationGraph two = setup(init).network().initialised(new Configuration());
    for (String other : List.of("training.workers=3", "training.batchPerWorker=7")) {
      TrainingSetup setup = setup(init[0], other);
      assertThat(setup.network().initialised(new Configuration()).params()).isEqualTo(two.params());
    }
    assertThat(setup(init[0], "seed=9").network().initialised(new Configuration()).params())
        .isNotEqualTo(two.params());
    assertThat(setup(init).plan().lines())
        .anyMatch(
            line -> line.matches("init +orthogonal gain linear for 2 parameters .stage1...*"));
  }

  /** A user's own. */
  public record Tiny(@Key(doc = "Outputs.", value = "2") int outputs) implements Architecture {
    @Override
    public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
      return new NeuralNetConfiguration.Builder()
          .seed(purpose.seed())
          .graphBuilder()
          .addInputs("in")
          .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "in")
          .addLayer(
              "output",
              new OutputLayer.Builder().nOut(outputs).activation(Activation.SOFTMAX).build(),
              "conv")
          .setOutputs("output")
          .setInputTypes(InputType.convolutional(8, 8, 3))
          .build();
    }
  }

  @Test
  void aNetworkOfAUsersOwnClassIsTriedBeforeTraining() throws IOException {
    prepareColours();
    String own = "model={architecture: %s, outputs: %d}";
    assertThat(setup(own.formatted(Tiny.class.getName(), 2)).plan().lines())
        .anyMatch(line -> line.startsWith("network        Tiny[outputs=2], "));
    assertThatThrownBy(() -> setup(own.formatted(Tiny.class.getName(), 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Invalid model.architecture: Tiny[outputs=3] (must be a network for images of 8 x 8 x 3"
                + " and 2 classes): ");
  }

  @Test
  void aRuleThatTakesNothingIsKnownBeforeTraining() throws IOException {
    prepareColours();
    assertThatThrownBy(() -> setup("init={rules: [{names: conv*, kind: normal}]}").plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid init.rules[0]: conv* takes no parameter (must match one");
  }

  @Test
  void aScheduleThatFollowsAMetricNeedsItToBeMeasured() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 1), "png"), i % 2));
    }
    prepare("train-0.parquet", rows);
    assertThatThrownBy(() -> setup("learningRate.schedule=plateau"))
        .hasMessage(
            "Invalid learningRate.metric: val-loss (must be train-loss where the set has nothing to validate on)");
    assertThat(setup("learningRate={schedule: plateau, metric: train-loss}").rate()).isNotNull();
  }

  @Test
  void whatWouldHoldTheRateWithinTheWarmUpIsRefused() throws IOException {
    prepareColours();
    String[] short4 = {"training.epochs=4", "averaging.shadows=[swa]"};
    assertThatThrownBy(() -> setup(short4))
        .hasMessage(
            "Invalid averaging.shadows: swa start 0.75, holdRate true, recalibrate 0.1 (must not hold"
                + " the rate within the warm-up, from update 3 of 4: a later start, or holdRate:"
                + " false)");
    assertThat(setup("training.epochs=4", "averaging.shadows=[{swa: {holdRate: false}}]"))
        .isNotNull();
  }

  @Test
  void aScheduleOfTheMomentumNeedsAnOptimiserThatHasOne() throws IOException {
    prepareColours();
    String rate = "learningRate={warmupEpochs: 0, schedule: one-cycle, highMomentum: 0.95}";
    assertThatThrownBy(() -> setup(rate, "optimizer.kind=lion"))
        .hasMessageStartingWith(
            "Invalid learningRate.schedule: it sets the momentum (must not, as this optimiser has"
                + " none: Lion[");
    assertThat(setup(rate)).isNotNull();
  }

  @Test
  void aShareOfAnEpochThatIsMeasuredIsAShareHoweverLongRoundsAre() throws IOException {
    prepareColours();
    TrainingSetup setup = setup("averaging.every=1000", "training.batchPerWorker=2");
    assertThat(setup.measuringRounds().rounds()).isEqualTo(setup.shape().updates()).isEqualTo(8);
  }

  @Test
  void aTop5OfTwoClassesTellsNothing() throws IOException {
    prepareColours();
    assertThatThrownBy(() -> setup("evaluation.metric=val-top5"))
        .hasMessage(
            "Invalid evaluation.metric: val-top5 (must be another for 2 classes, of which the first 5"
                + " are all)");
    assertThat(setup("evaluation={metric: val-top5, keep: last}")).isNotNull();
  }

  @Test
  void aThresholdThatSmoothingLeavesNoLabelAboveIsRefused() throws IOException {
    prepareColours();
    assertThatThrownBy(() -> setup("loss={kind: bce, threshold: 0.9, labelSmoothing: 0.25}"))
        .hasMessage(
            "Invalid loss.threshold: 0.9 (must be >= 0.125, the target of other classes, and <"
                + " 0.875, that of the label)");
    assertThatThrownBy(() -> setup("loss={kind: bce, threshold: 0.1, labelSmoothing: 0.25}"))
        .hasMessageStartingWith("Invalid loss.threshold: 0.1 (must be >= 0.125");
    setup("loss={kind: bce, threshold: 0.2, labelSmoothing: 0.25}");
  }

  @Test
  void aHoldOutIsNotTrainedOn() throws IOException {
    prepare("test-0.parquet", Lake.rows(0, 6));
    assertThatThrownBy(() -> setup("augment=[]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot train on %s/set: it has no rows for training, only test", folder);
  }

  private void prepareColours() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 3), "png"), i % 2));
    }
    prepare("train-0.parquet", rows);
  }

  private void prepare(String file, List<Row> rows) throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve(file), rows);
    Prepared.by(config());
  }

  private TrainingSetup setup(String... overrides) throws IOException {
    return TrainingSetup.of(config(overrides), new Configuration());
  }

  private RunConfig config(String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, validationShare: 0}
        input: {height: 8, width: 8}
        model: {depth: 8}
        """
            .formatted(folder),
        List.of(overrides));
  }
}
