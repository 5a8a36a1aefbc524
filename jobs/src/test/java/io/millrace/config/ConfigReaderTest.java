package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.InputConfig;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.DeadUnits;
import io.millrace.diagnostics.DiagnosticsConfig;
import io.millrace.epoch.DistillationConfig;
import io.millrace.epoch.LossConfig;
import io.millrace.epoch.ShuffleConfig;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.exchange.AveragingConfig;
import io.millrace.exchange.Differences;
import io.millrace.exchange.FixedEvery;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.RandomCrop;
import io.millrace.image.Resize;
import io.millrace.line.DriftConfig;
import io.millrace.line.LineConfig;
import io.millrace.minibatch.LabelSmoothing.Among;
import io.millrace.minibatch.Mixup;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.ModelConfig;
import io.millrace.model.init.InitConfig;
import io.millrace.model.init.Kaiming;
import io.millrace.model.layers.FastPath;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp16;
import io.millrace.precision.Fp32;
import io.millrace.prepare.DatasetConfig;
import io.millrace.recipe.BinaryCrossEntropy;
import io.millrace.recipe.BinaryCrossEntropy.Over;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Divergence;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.Ema;
import io.millrace.recipe.LearningRateConfig;
import io.millrace.recipe.Metric;
import io.millrace.recipe.MultiStep;
import io.millrace.recipe.NamedWeights;
import io.millrace.recipe.NamedWeights.ClassWeight;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Scaling;
import io.millrace.recipe.Sgd;
import io.millrace.recipe.SlowMo;
import io.millrace.recipe.Swa;
import io.millrace.recipe.Warmup;
import io.millrace.sink.JsonLog;
import io.millrace.sink.TensorBoard;
import io.millrace.source.SourceConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  @Test
  void anEmptyFileGivesTheDefaults() {
    assertThat(read(""))
        .isEqualTo(
            new RunConfig(
                "run",
                "out",
                1,
                new SourceConfig(
                    null, SourceConfig.Format.AUTO, "image", "label", null, List.of(), null),
                new DatasetConfig(null, 256, 16, 0.1, 0, DatasetConfig.Encoding.KEEP, 90, 0.01),
                new InputConfig(224, 224, 3, true),
                List.of(),
                new ModelConfig(new CifarResNet(20, 16, Shortcut.PROJECTION, true)),
                InitConfig.DEFAULT,
                new OptimizerConfig(new Nesterov(0.9), 1e-4, false),
                new LearningRateConfig(
                    0.1, 256, Scaling.LINEAR, 5, Warmup.Shape.LINEAR, 0, new Cosine(0)),
                new LossConfig(
                    new CrossEntropy(),
                    0,
                    Among.ALL,
                    null,
                    1,
                    0,
                    null,
                    new DistillationConfig(null, 20, 0.5, false, 256)),
                new TrainingConfig(
                    90, 2, 128, 1, TrainingConfig.Binary.AUTO, 300, FastPath.TRUE, new Fp32(), 3),
                new AveragingConfig(
                    new FixedEvery(1),
                    AveragingConfig.State.AVERAGE,
                    new Weights(),
                    Wire.FP32,
                    AveragingConfig.Reduce.AUTO),
                new ShuffleConfig(ShuffleConfig.Order.WINDOWED, 16, null),
                new EvaluationConfig(
                    Split.VALIDATION, 1.0, 256, EvaluationConfig.Keep.BEST, Metric.VAL_TOP1),
                new CheckpointConfig(1, 0, 20, 3),
                new EarlyStopping(Metric.VAL_LOSS, 0, 0),
                new Divergence(Divergence.Action.STOP, 0.5, 1, 3),
                FaultsConfig.DEFAULT,
                new DiagnosticsConfig(0.02, 1024, List.of()),
                List.of(),
                new LineConfig(
                    LineConfig.Data.NEW,
                    7,
                    List.of(),
                    LineConfig.From.CHAMPION,
                    0.1,
                    100,
                    0.5,
                    10000,
                    0,
                    14,
                    null,
                    new DriftConfig(0.5, 0.2, 0.2, 0.05)),
                List.of()));
  }

  @Test
  void everyKeyOfAFileReachesItsRecord() {
    String yaml =
        """
        name: night-7
        output: hdfs://lake/runs
        seed: 9_000_000_000
        source:
          path: hdfs://lake/images
          format: Parquet
          image: picture
          label: kind
          split: part
          classes: [cat, "no", 7]
        dataset:
          path: /data/set
          blockRows: 100
          fileBlocks: 4
          validationShare: 0.2
          shortSide: 256
          encoding: jpeg
          jpegQuality: 80
          maxBadShare: 0
        input: {height: 28, width: 30, channels: 1, normalize: false}
        model: {architecture: cifar-resnet, depth: 14, width: 24, shortcut: identity, zeroGamma: false}
        init: {from: model.zip}
        optimizer: {kind: sgd, weightDecay: 5e-4, decayBias: true}
        learningRate:
          base: 0.05
          referenceBatch: 128
          scaling: none
          warmupEpochs: 0.5
          warmupShape: constant
          warmupStart: 0.01
          schedule: multi-step
          stepEpochs: [30, 60.5]
          gamma: 0.2
        loss: {kind: bce, threshold: 0.2, classes: sum, classWeights: {named: {classes: [{name: cat, weight: 2}]}}, distillation: {teacher: teacher.zip, temperature: 4, hardWeight: 0.9, cacheMegabytes: 64}, labelSmoothing: 0.1, smoothingAmong: others, mixing: {mixup: {alpha: 0.2}}, mixingProbability: 0.9, mixingOffEpochs: 2}
        training:
          epochs: 5
          workers: 4
          batchPerWorker: 32
          threadsPerReplica: 2
          nativeBinary: avx2
          startTimeout: 10
          fastPath: ops
          precision: {kind: fp16, initialScale: 1024, growthInterval: 50, growth: 4, backoff: 0.25}
          keepCheckpoints: 1
        averaging: {every: 8, state: local-reset, exchange: differences, wire: bf16,
                    reduce: EXECUTORS, outer: {kind: slow-mo, beta: 0.5},
                    shadows: [{ema: {decay: 0.99, power: 0.75}},
                              {swa: {start: 0.5, holdRate: false, recalibrate: 0.2}}]}
        shuffle: {order: exact, window: 2, shares: 16}
        evaluation: {split: test, cropShare: 0.875, batch: 64, keep: last, metric: val_loss}
        checkpoint: {everyEpochs: 2, everyMinutes: 1.5, grace: 5, failures: 4}
        earlyStopping: {metric: train-loss, patience: 3, threshold: 0.01}
        divergence: {action: rollback, rateFactor: 0.1, skip: 0, limit: 2}
        faults: {timeFactor: 5, timeFloor: 0.5, failures: 7}
        diagnostics: {share: 0.1, images: 2000, kinds: [{dead-units: {limit: 0.3}}]}
        sinks: [{tensorboard: {everySeconds: 7}}, {jsonlog: {file: log.jsonl}}]
        line: {data: whole, window: 30, without: [2026-11-20], from: base, heldOutShare: 0.2, leastHeldOut: 50, margin: 1,
               resamples: 2000, keptExitCode: 3, keepNights: 5, keepDays: 90,
               drift: {classes: 1, mean: 0.3, brightness: 0.4, quarantine: 0}}
        """;
    assertThat(read(yaml))
        .isEqualTo(
            new RunConfig(
                "night-7",
                "hdfs://lake/runs",
                9_000_000_000L,
                new SourceConfig(
                    "hdfs://lake/images",
                    SourceConfig.Format.PARQUET,
                    "picture",
                    "kind",
                    "part",
                    List.of("cat", "no", "7"),
                    null),
                new DatasetConfig(
                    "/data/set", 100, 4, 0.2, 256, DatasetConfig.Encoding.JPEG, 80, 0),
                new InputConfig(28, 30, 1, false),
                List.of(),
                new ModelConfig(new CifarResNet(14, 24, Shortcut.IDENTITY, false)),
                new InitConfig(new Kaiming(), "model.zip", List.of()),
                new OptimizerConfig(new Sgd(), 5e-4, true),
                new LearningRateConfig(
                    0.05,
                    128,
                    Scaling.NONE,
                    0.5,
                    Warmup.Shape.CONSTANT,
                    0.01,
                    new MultiStep(List.of(30.0, 60.5), 0.2)),
                new LossConfig(
                    new BinaryCrossEntropy(0.2, Over.SUM),
                    0.1,
                    Among.OTHERS,
                    new Mixup(0.2),
                    0.9,
                    2,
                    new NamedWeights(List.of(new ClassWeight("cat", 2))),
                    new DistillationConfig("teacher.zip", 4, 0.9, false, 64)),
                new TrainingConfig(
                    5,
                    4,
                    32,
                    2,
                    TrainingConfig.Binary.AVX2,
                    10,
                    FastPath.OPS,
                    new Fp16(1024, 50, 4, 0.25),
                    1),
                new AveragingConfig(
                    new FixedEvery(8),
                    AveragingConfig.State.LOCAL_RESET,
                    new Differences(),
                    Wire.BF16,
                    AveragingConfig.Reduce.EXECUTORS,
                    new SlowMo(0.5, 1, false),
                    List.of(new Ema(0.99, 1, 0.75, 0), new Swa(0.5, false, 0.2))),
                new ShuffleConfig(ShuffleConfig.Order.EXACT, 2, 16),
                new EvaluationConfig(
                    Split.TEST, 0.875, 64, EvaluationConfig.Keep.LAST, Metric.VAL_LOSS),
                new CheckpointConfig(2, 1.5, 5, 4),
                new EarlyStopping(Metric.TRAIN_LOSS, 3, 0.01),
                new Divergence(Divergence.Action.ROLLBACK, 0.1, 0, 2),
                new FaultsConfig(5, 0.5, 7),
                new DiagnosticsConfig(0.1, 2000, List.of(new DeadUnits(0.3))),
                List.of(new TensorBoard(7), new JsonLog("log.jsonl")),
                new LineConfig(
                    LineConfig.Data.WHOLE,
                    30,
                    List.of("2026-11-20"),
                    LineConfig.From.BASE,
                    0.2,
                    50,
                    1,
                    2000,
                    3,
                    5,
                    90,
                    new DriftConfig(1, 0.3, 0.4, 0)),
                List.of()));
  }

  @Test
  void flagsBeatTheFileAndLaterFlagsBeatEarlierOnes() {
    RunConfig config =
        read(
            "training: {workers: 3, epochs: 7}\nmodel: null",
            "training.workers=4",
            "training.workers=5",
            "source.classes=[a, b]",
            "init.from=a=b.zip");
    assertThat(config.training().workers()).isEqualTo(5);
    assertThat(config.training().epochs()).isEqualTo(7);
    assertThat(config.source().classes()).containsExactly("a", "b");
    assertThat(config.init().from()).isEqualTo("a=b.zip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/lake/hash #2",
        "/lake/[x]",
        "{y}",
        "a: b",
        "- a",
        "*.parquet",
        "&all",
        "!raw",
        "%20",
        "@x",
        "it's",
        "say \"so\"",
        "a, b",
        "|",
        "[open",
        "? x",
        "7",
        "true"
      })
  void aFlagGivesATextAsItStands(String text) {
    assertThat(read("", "source.path=" + text).source().place()).isEqualTo(text);
    assertThat(read("", "name=run", "source.path=other", "source.path= " + text).source().place())
        .isEqualTo(text);
  }

  @Test
  void onePathMayStandForAListOfThem() {
    assertThat(read("source: {path: a b}").source().path()).containsExactly("a b");
    assertThat(read("source: {path: [a, 'b, c']}").source().path()).containsExactly("a", "b, c");
    assertThat(read("", "source.path=[a, b*]").source().path()).containsExactly("a", "b*");
    assertThat(read("", "source.path=[ab]/*.png").source().path()).containsExactly("[ab]/*.png");
    assertThat(read("source: {path: }").source().given()).isFalse();
  }

  @Test
  void aFlagTakesATextOutOfQuotesAndNullForNothing() {
    assertThat(read("", "source.path='null'").source().place()).isEqualTo("null");
    assertThat(read("", "source.path=\"a #1\"").source().place()).isEqualTo("a #1");
    assertThat(read("source: {path: a}", "source.path=null").source().path()).isEmpty();
    assertThat(read("source: {path: a}", "source.path=").source().path()).isEmpty();
  }

  @Test
  void aFlagGivesKeysAndValuesThatAFurtherFlagChanges() {
    RunConfig config = read("", "training={epochs: 3, workers: 4}", "training.epochs=5");
    assertThat(config.training().epochs()).isEqualTo(5);
    assertThat(config.training().workers()).isEqualTo(4);
  }

  @Test
  void imageOperationsAreReadByNameWithTheirOwnKeys() {
    String yaml =
        """
        input: {height: 8, width: 9}
        augment:
          - random_crop: {height: 28, width: 30, padding: 2}
          - horizontal_flip
          - resize:
              height: 8
              width: 9
        """;
    assertThat(read(yaml).augment())
        .containsExactly(new RandomCrop(28, 30, 2), new HorizontalFlip(0.5), new Resize(8, 9));
    assertThat(read(ConfigWriter.yaml(read(yaml)))).isEqualTo(read(yaml));
  }

  @Test
  void aResolvedConfigReadsBackEqual() {
    RunConfig config =
        read(
            "source: {classes: ['1', 'yes', 'null', 'ä: b'], path: null}",
            "averaging.state=local-reset",
            "optimizer.weightDecay=1e-30");
    assertThat(read(ConfigWriter.yaml(config))).isEqualTo(config);
  }

  @Test
  void aPathOfLayersIsABooleanOrAWord() {
    assertThat(read("training: {fastPath: false, precision: fp32}").training().precision())
        .isEqualTo(new Fp32());
    assertThat(read("training: {precision: bf16}").training().precision()).isEqualTo(new Bf16());
    assertThatThrownBy(() -> read("training: {fastPath: false, precision: bf16}"))
        .hasMessageContaining(
            "Invalid training.precision: bf16 (must be fp32 where training.fastPath is false, on"
                + " DL4J's own layers)");
    assertThat(read("training: {fastPath: ops}").training().fastPath()).isEqualTo(FastPath.OPS);
    assertThat(read("training: {fastPath: false}").training().fastPath()).isEqualTo(FastPath.FALSE);
    assertThat(read("", "training.fastPath=true").training().fastPath()).isEqualTo(FastPath.TRUE);
    assertThat(ConfigWriter.yaml(read(""))).contains("fastPath: true\n");
    assertThat(ConfigWriter.yaml(read("training: {fastPath: ops}"))).contains("fastPath: ops\n");
  }
}
