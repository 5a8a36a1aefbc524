package io.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.epoch.DistillationConfig;
import io.millrace.epoch.EpochShape;
import io.millrace.epoch.LossConfig;
import io.millrace.minibatch.LabelSmoothing.Among;
import io.millrace.minibatch.Mixup;
import io.millrace.model.ClassOutput;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativePass;
import io.millrace.precision.Bf16;
import io.millrace.recipe.BinaryCrossEntropy;
import io.millrace.recipe.BinaryCrossEntropy.Over;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Focal;
import io.millrace.recipe.FrequencyWeights;
import io.millrace.recipe.ResolvedRate;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TrainingPlanTest {
  private static final ClassOutput OUTPUT =
      new ClassOutput("out", output(LossFunction.MCXENT, Activation.SOFTMAX));

  private static final DistillationConfig NO_TEACHER =
      new DistillationConfig(null, 20, 0.5, false, 256);

  private static OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nIn(1).nOut(2).build();
  }

  private static TrainingPlan plan(long rows, int classes, String... overrides) {
    return plan(new NetworkSize(1_000_000, 200_000, 10_000), rows, classes, overrides);
  }

  private static TrainingPlan plan(
      NetworkSize network, long rows, int classes, String... overrides) {
    RunConfig config =
        ConfigReader.read(
            "run.yaml",
            """
            dataset: {path: out/set}
            learningRate: {base: 0.1, referenceBatch: 128, warmupEpochs: 1}
            training: {epochs: 5, workers: 2, batchPerWorker: 512}
            averaging: {every: 4}
            shuffle: {window: 16}
            """,
            List.of(overrides));
    var training = config.training();
    EpochShape shape = new EpochShape(rows, training.workers(), training.batchPerWorker());
    ResolvedRate rate =
        ResolvedRate.of(
            config.learningRate(), shape.globalBatch(), shape.updates(), training.epochs());
    return new TrainingPlan(
        config,
        List.of(rows, 0L, 10_000L),
        classes,
        235,
        100_000,
        shape,
        rate,
        network,
        "28 x 28, 1 channel, mean 0.286, deviation 0.353 of train",
        LossWords.of(config.loss(), OUTPUT),
        "kaiming",
        List.of(),
        List.of(),
        null,
        null);
  }

  private static SparkConf spark(String master, String memory) {
    return new SparkConf(false)
        .set("spark.master", master)
        .set("spark.driver.memory", memory)
        .set("spark.executor.memory", memory);
  }

  @Test
  void thePlanIsPrintedLineByLine() {
    assertThat(plan(60_000, 10).lines())
        .containsExactly(
            "data           out/set: 10 classes, train in 235 blocks",
            "splits         train 60,000, validation 0, test 10,000",
            "network        cifar-resnet of depth 20, 1,000,000 parameters, 200,000 activations an"
                + " example",
            "input          28 x 28, 1 channel, mean 0.286, deviation 0.353 of train",
            "init           kaiming",
            "augment        nothing",
            "loss           cross entropy",
            "optimiser      nesterov momentum 0.9, L2 0.0001 of weights, not of biases and batch norm",
            "global batch   1,024 = 2 workers x 512",
            "updates        59 an epoch, 295 in 5 epochs",
            "precision      fp32",
            "rounds         15 an epoch, of 4 updates",
            "rate           peak " + plan(60_000, 10).rate().derivation(),
            "averaging      weights in fp32; averaged workers are close to one process, not equal to it:"
                + " a round may have several updates",
            "bytes a round  8.0 MB down and 8.0 MB up for each worker; the average is made on the"
                + " driver",
            "memory         an executor of one worker 460.8 MB of heap and 1704.0 MB outside;"
                + " the driver 456.0 MB of heap and 420.0 MB outside",
            "evaluation     none, there is no validation split; model.zip is that of the last epoch",
            "diagnostics    of 1 of an epoch's 59 updates, and activations of at most 1,024 images:"
                + " gradient norm, weight norm, update ratio, dead units, activations,"
                + " batch norm drift, gradient histogram, weight histogram");
  }

  @Test
  void diagnosticsAreSaidByTheirShareAndKinds() {
    assertThat(plan(60_000, 10, "diagnostics={share: 0.1, kinds: [weight-norm]}").lines())
        .last()
        .isEqualTo(
            "diagnostics    of 6 of an epoch's 59 updates, and activations of at most 1,024"
                + " images: weight norm");
    assertThat(plan(60_000, 10, "diagnostics.share=0").lines())
        .last()
        .isEqualTo("diagnostics    none");
  }

  @Test
  void lossesAreSaidByNameAndANetworksOwnLossToo() {
    ClassOutput squares = new ClassOutput("out", output(LossFunction.MSE, Activation.IDENTITY));
    LossConfig stock =
        new LossConfig(new CrossEntropy(), 0, Among.ALL, null, 1, 0, null, NO_TEACHER);
    LossConfig focal =
        new LossConfig(new Focal(2), 0, Among.ALL, null, 1, 0, new FrequencyWeights(), NO_TEACHER);
    LossConfig bce =
        new LossConfig(
            new BinaryCrossEntropy(0.2, Over.MEAN), 0.1, Among.ALL, null, 1, 0, null, NO_TEACHER);
    assertThat(LossWords.of(stock, OUTPUT)).isEqualTo("cross entropy");
    assertThat(LossWords.of(stock, squares))
        .isEqualTo("the network's own, out, OutputLayer of LossMSE() on identity");
    assertThat(LossWords.of(focal, OUTPUT))
        .isEqualTo("focal gamma 2.0, classes weighted by frequency");
    assertThat(LossWords.of(bce, OUTPUT))
        .isEqualTo(
            "bce threshold 0.2, classes mean, models give the softmax of their logits, labels"
                + " smoothed by 0.1");
    LossConfig half =
        new LossConfig(
            new BinaryCrossEntropy(0.5, Over.MEAN),
            0,
            Among.ALL,
            new Mixup(0.2),
            1,
            0,
            null,
            NO_TEACHER);
    assertThat(LossWords.of(half, OUTPUT))
        .endsWith(
            "mixup alpha 0.2, a mixture of which no class has more than 0.5 has no positive one");
  }

  @Test
  void theRecipeIsSaidAsItIs() {
    assertThat(
            plan(
                    60_000,
                    10,
                    "input={height: 28, width: 28}",
                    "augment=[{random_crop: {height: 28, width: 28, padding: 2}}, horizontal_flip]",
                    "loss={labelSmoothing: 0.1, smoothingAmong: others, mixing: {kind: mixup-or-cutmix}, mixingProbability: 0.8, mixingOffEpochs: 1}",
                    "optimizer={kind: sgd, weightDecay: 0}",
                    "evaluation={split: test, cropShare: 0.875, keep: last}")
                .lines())
        .contains(
            "augment        random_crop height 28, width 28, padding 2, horizontal_flip probability"
                + " 0.5",
            "loss           cross entropy, labels smoothed by 0.1, among the other classes, mixup-or-cutmix mixup 0.2, cutmix 1.0, switchProbability 0.5 in 0.8 of the updates, not in the last 1 epoch",
            "optimiser      sgd, no decay",
            "evaluation     after each epoch on test, resized and cropped to 0.875 of the short"
                + " side; model.zip is that of the last epoch");
  }

  @Test
  void oneIsSaidInTheSingular() {
    assertThat(plan(60_000, 1, "training={workers: 1, epochs: 1}", "averaging.every=1").lines())
        .contains("data           out/set: 1 class, train in 235 blocks")
        .anyMatch(line -> line.matches("rounds .* an epoch, of 1 update"))
        .anyMatch(line -> line.matches("updates .* in 1 epoch"))
        .anyMatch(line -> line.matches("global batch .* = 1 worker x .*"));
  }

  @Test
  void aNarrowFormatIsSaidWithItsKernelsAndItsMemory() {
    TrainingPlan wide = plan(60_000, 10);
    TrainingPlan emulated = plan(60_000, 10, "training.precision={kind: bf16, emulated: true}");
    assertThat(emulated.lines())
        .contains(
            "precision      bf16 forward and backward, emulated: rounded around kernels of fp32,"
                + " slower; weights, update, batch norm and loss in fp32");
    assertThat(emulated.executor(1).outside()).isGreaterThan(wide.executor(1).outside());
    assertThat(plan(60_000, 10, "training.precision=fp16").lines())
        .anyMatch(line -> line.endsWith("loss in fp32, loss scaled by 65536 at first"));
    TrainingPlan narrow = plan(60_000, 10, "training.precision=bf16");
    boolean isNative = NativePass.isNative(FastPath.TRUE, new Bf16());
    assertThat(narrow.lines())
        .anyMatch(line -> line.contains(isNative ? "native, by AVX512_BF16" : "emulated"));
    assertThat(narrow.executor(1).outside() < wide.executor(1).outside()).isEqualTo(isNative);
  }

  @Test
  void roundsOfEpochsThatDifferAreSaidAsARange() {
    assertThat(plan(60_000, 10, "averaging.every={after-warmup: {updates: 4}}").lines())
        .contains(
            "rounds         15 to 59 an epoch, 119 in all, of 1 update during the warm-up of 59"
                + " updates, then 4");
    assertThat(plan(60_000, 10, "averaging.every={post-local: {updates: 8, fromEpoch: 0}}").lines())
        .contains("rounds         8 an epoch, of 1 update until update 0, then 8");
    assertThat(plan(60_000, 10, "averaging.every={qsr: {base: 2, alpha: 0.2}}").lines())
        .anyMatch(
            line ->
                line.matches(
                    "rounds +\\d+ to 30 an epoch, 1\\d\\d in all, of 2 updates or more, by \\(0.2 / rate\\)\\^2"));
    assertThat(plan(60_000, 10, "averaging.every=60").lines())
        .contains("rounds         1 an epoch, of 60 updates, cut to the epoch's 59");
  }

  @Test
  void aGlobalBatchLargerThanTheSetIsSaid() {
    assertThat(plan(1024, 10).lines()).contains("global batch   1,024 = 2 workers x 512");
    assertThat(plan(1023, 10).lines())
        .contains(
            "global batch   1,024 = 2 workers x 512; more than train has: lower it, or the rate");
  }

  @Test
  void aWindowTakesNoMoreMemoryThanTheSetHasBlocks() {
    TrainingPlan all = plan(60_000, 10, "shuffle.window=235");
    for (String window : List.of("236", "2147483647")) {
      TrainingPlan more = plan(60_000, 10, "shuffle.window=" + window);
      assertThat(more.executor(2)).isEqualTo(all.executor(2));
    }
  }

  @Test
  void aBatchTakesNoMoreMemoryThanAWorkersShare() {
    TrainingPlan all = plan(1000, 10, "training.batchPerWorker=500");
    TrainingPlan more = plan(1000, 10, "training.batchPerWorker=2147483647");
    assertThat(more.executor(2)).isEqualTo(all.executor(2));
  }

  @Test
  void bytesFollowTheExchange() {
    assertThat(plan(60_000, 10, "optimizer.kind=sgd").cargo().bytesDown()).isEqualTo(4_000_000);
    TrainingPlan half =
        plan(60_000, 10, "averaging={state: local-reset, exchange: differences, wire: bf16}");
    assertThat(half.cargo().bytesDown()).isEqualTo(4_000_000);
    assertThat(half.cargo().bytesUp()).isEqualTo(2_000_000);
    TrainingPlan local = plan(60_000, 10, "averaging.state=local-reset");
    assertThat(local.cargo().bytesDown()).isEqualTo(4_000_000);
    assertThat(local.cargo().bytesUp()).isEqualTo(4_000_000);
    for (String kind : List.of("nesterov", "adam")) {
      TrainingPlan gradients =
          plan(60_000, 10, "averaging={every: 1, exchange: gradients}", "optimizer.kind=" + kind);
      assertThat(gradients.cargo().bytesDown()).isEqualTo(4_000_000);
      assertThat(gradients.cargo().bytesUp()).isEqualTo(4_000_000);
    }
  }

  @Test
  void whatTheDriverRemembersTakesItsMemory() {
    long plain = plan(60_000, 10).driver().heap();
    assertThat(plan(60_000, 10, "averaging={every: 2, outer: bmuf}").driver().heap())
        .isEqualTo(plain - 7 * 4_000_000 + 2 * 8_000_000);
    assertThat(plan(60_000, 10, "averaging={every: 2, shadows: [ema]}").driver().heap())
        .isEqualTo(plain + 2 * 8_000_000 + 4_000_000);
  }

  @Test
  void whereAveragingIsNotExactAndWhereGradientsSendLessIsSaid() {
    String close = "; averaged workers are close to one process, not equal to it: ";
    assertThat(plan(60_000, 10, "optimizer.kind=adamw", "averaging.every=1").lines())
        .contains(
            "optimiser      adamw beta1 0.9, beta2 0.999, epsilon 1.0E-8, decoupled decay 0.0001 of"
                + " weights, not of biases and batch norm",
            "averaging      weights in fp32" + close + "adamw is not linear in the gradient")
        .anyMatch(
            line ->
                line.endsWith("driver; averaging.exchange: gradients would send 4.0 MB each way"));
    assertThat(plan(60_000, 10, "optimizer.clipNorm=1").lines())
        .anyMatch(line -> line.startsWith("optimiser") && line.endsWith("clipped to norm 1"))
        .anyMatch(
            line ->
                line.startsWith("averaging")
                    && line.endsWith(
                        "each clips its own gradient, a round may have several updates"));
    assertThat(
            plan(60_000, 10, "averaging={every: 1, exchange: gradients}", "optimizer.kind=lars")
                .lines())
        .contains("averaging      gradients in fp32");
    assertThat(
            plan(60_000, 10, "averaging={every: 1, outer: slow-mo}", "optimizer.kind=adamw")
                .lines())
        .as("gradients do not go with an outer step")
        .noneMatch(line -> line.contains("would send"));
    for (String exact :
        List.of(
            "{every: 1}",
            "{every: 1, exchange: differences}",
            "{every: 1, exchange: gradients}",
            "{every: {post-local: {updates: 1}}}")) {
      assertThat(plan(60_000, 10, "averaging=" + exact).lines())
          .as(exact)
          .noneMatch(line -> line.contains(close));
    }
    Map.of(
            "{every: 2}", "a round may have several updates",
            "{every: post-local}", "a round may have several updates",
            "{every: 1, state: local-reset}", "state is zeroed each round",
            "{every: 1, outer: bmuf}", "state is zeroed each round, there is an outer step",
            "{every: 1, exchange: gradients, wire: bf16}", "what travels is rounded")
        .forEach(
            (near, why) ->
                assertThat(plan(60_000, 10, "averaging=" + near).lines())
                    .as(near)
                    .anyMatch(line -> line.startsWith("averaging") && line.endsWith(close + why)));
    assertThat(plan(60_000, 10, "averaging={every: 8, outer: slow-mo}").lines())
        .as("of two workers")
        .anyMatch(line -> line.contains("nesterov false, which leaves the average as it is"));
    assertThat(
            plan(60_000, 10, "training.workers=1", "optimizer={kind: adam, clipNorm: 1}").lines())
        .as("one worker is one process")
        .noneMatch(line -> line.contains(close));
  }

  @Test
  void aSmallNetworkHasNoMegabytes() {
    assertThat(plan(new NetworkSize(1_000, 10, 10), 60_000, 10).lines())
        .anyMatch(line -> line.startsWith("bytes a round  8.0 KB down and 8.0 KB up"));
  }

  @Test
  void whatChangesNothingIsSaid() {
    assertThat(
            idle(
                "input.channels=1",
                "augment=[hue, brightness, {sometimes: {operations: [grayscale, {one_of:"
                    + " {operations: [saturation, rotate]}}]}}]",
                "loss.smoothingAmong=others",
                "loss.distillation.cacheMegabytes=9",
                "learningRate={scaling: none, referenceBatch: 64}",
                "shuffle={order: exact, window: 4}",
                "earlyStopping={metric: val-top1, threshold: 0.25}",
                "divergence={rateFactor: 0.1, skip: 2, limit: 9}",
                "faults={timeFactor: 0, timeFloor: 60}",
                "diagnostics={share: 0, images: 9, kinds: [activations]}",
                "optimizer={weightDecay: 0, decay: decoupled, decayBias: true}"))
        .containsExactly(
            "augment[0]: hue; images have 1 channel",
            "augment[2].sometimes.operations[0]: grayscale; images have 1 channel",
            "augment[2].sometimes.operations[1].one_of.operations[0]: saturation; images have 1"
                + " channel",
            "loss.smoothingAmong: others; loss.labelSmoothing is 0",
            "loss.distillation.cacheMegabytes: 9; loss.distillation.cacheLogits is false",
            "learningRate.referenceBatch: 64; learningRate.scaling is none",
            "shuffle.window: 4; shuffle.order is exact",
            "earlyStopping.metric: val-top1; earlyStopping.patience is 0",
            "earlyStopping.threshold: 0.25; earlyStopping.patience is 0",
            "divergence.rateFactor: 0.1; divergence.action is stop",
            "divergence.skip: 2; divergence.action is stop",
            "divergence.limit: 9; divergence.action is stop",
            "faults.timeFloor: 60.0; faults.timeFactor is 0",
            "diagnostics.images: 9; diagnostics.share is 0",
            "diagnostics.kinds: [{activations={}}]; diagnostics.share is 0",
            "optimizer.decay: decoupled; optimizer.weightDecay is 0",
            "optimizer.decayBias: true; optimizer.weightDecay is 0");
    assertThat(
            idle(
                "augment=[hue, grayscale]",
                "loss={smoothingAmong: others, labelSmoothing: 0.1}",
                "earlyStopping={metric: val-top1, patience: 3}",
                "divergence={action: rollback, skip: 2}",
                "optimizer={weightDecay: 0, decayBias: true, groups: [{names: 'output*',"
                    + " weightDecay: 1e-3}]}"))
        .as("what has its effect")
        .isEmpty();
  }

  private static List<String> idle(String... overrides) {
    return plan(60_000, 10, overrides).lines().stream()
        .filter(line -> line.startsWith("no effect"))
        .map(line -> line.substring(15))
        .toList();
  }

  @Test
  void whichModelIsKeptIsSaid() {
    assertThat(plan(60_000, 10, "evaluation.metric=train-loss").lines())
        .contains(
            "evaluation     none, there is no validation split; model.zip is that of the best epoch"
                + " by training loss");
    assertThat(plan(60_000, 10, "evaluation.split=test").lines())
        .anyMatch(line -> line.endsWith("side; model.zip is that of the best epoch by top-1"));
  }

  @Test
  void moreStateTakesMoreMemory() {
    TrainingPlan one = plan(60_000, 10);
    TrainingPlan three = plan(60_000, 10, "optimizer.kind=amsgrad");
    assertThat(three.executor(1).outside() - one.executor(1).outside()).isEqualTo(8_000_000);
  }

  @Test
  void theOldWordsOfTheExchangeAreAnswered() {
    for (String old : List.of("fp32", "bf16")) {
      assertThatThrownBy(() -> plan(60_000, 10, "averaging.exchange=" + old))
          .hasMessageContaining("Invalid averaging.exchange: " + old)
          .hasMessageContaining("fp32 and bf16 stand in averaging.wire now");
    }
    assertThatThrownBy(
            () -> plan(60_000, 10, "averaging.exchange=differences", "averaging.wire=bf16"))
        .hasMessageContaining(
            "Invalid averaging.state: average (must be local-reset where wire is bf16, which"
                + " carries no optimiser state)");
  }

  @Test
  void manyWorkersAreAveragedOnExecutorsAndTheDriverStaysSmall() {
    TrainingPlan many = plan(60_000, 10, "training.workers=135");
    assertThat(plan(60_000, 10, "training.workers=134").onExecutors()).isFalse();
    assertThat(many.onExecutors()).isTrue();
    assertThat(many.driver()).isEqualTo(plan(60_000, 10).driver());
  }

  @Test
  void whatCannotWorkIsRefused() {
    SparkConf enough = spark("spark://host:7077", "4g");
    plan(2, 2, "training.batchPerWorker=1").check(enough);
    assertThatThrownBy(() -> plan(1, 2).check(enough))
        .hasMessage("Invalid training.workers: 2 (must be <= examples of train, 1)");
    assertThatThrownBy(() -> plan(60_000, 1).check(enough))
        .hasMessage("Cannot train on out/set: it has 1 class, two are the least");
    assertThatThrownBy(() -> plan(60_000, 10).check(spark("yarn", "600m")))
        .hasMessage(
            "Invalid spark.executor.memory: 600m (must be >= 1033m for this plan:"
                + " give it before the command, --executor-memory 1033m)");
    assertThatThrownBy(() -> plan(60_000, 10).check(spark("local[2,4]", "1g")))
        .hasMessage(
            "Invalid spark.driver.memory: 1g (must be >= 1708m for this plan, whose driver"
                + " and workers are one JVM here: give it before the command, --driver-memory"
                + " 1708m)");
  }
}
