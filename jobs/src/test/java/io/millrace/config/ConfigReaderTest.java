package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.RandomCrop;
import io.millrace.image.Resize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  private static List<String> problems(String yaml, String... overrides) {
    try {
      return List.of("no problem: " + read(yaml, overrides));
    } catch (ConfigException e) {
      return e.problems();
    }
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
                new ModelConfig(
                    ModelConfig.Architecture.CIFAR_RESNET,
                    20,
                    ModelConfig.Shortcut.PROJECTION,
                    null,
                    true),
                "kaiming",
                new OptimizerConfig(OptimizerConfig.Kind.NESTEROV, 0.9, 1e-4, false),
                new LearningRateConfig(
                    0.1, 256, true, 5, LearningRateConfig.Schedule.COSINE, 0, List.of(), 0.1),
                new LossConfig(0, 0),
                new TrainingConfig(90, 2, 128, 1, TrainingConfig.Binary.AUTO, 300, true, 3),
                new AveragingConfig(
                    1,
                    AveragingConfig.State.AVERAGE,
                    AveragingConfig.Exchange.FP32,
                    AveragingConfig.Reduce.AUTO),
                new ShuffleConfig(ShuffleConfig.Order.WINDOWED, 16),
                new EvaluationConfig(Split.VALIDATION, 1.0, 256)));
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
        model: {architecture: resnet50, depth: 8, shortcut: identity, configuration: a.json, zeroGamma: false}
        init: model.zip
        optimizer: {kind: sgd, momentum: 0, weightDecay: 5e-4, decayBias: true}
        learningRate:
          base: 0.05
          referenceBatch: 128
          linearScaling: false
          warmupEpochs: 0.5
          schedule: step
          minRate: .001
          stepEpochs: [30, 60.5]
          gamma: 0.2
        loss: {labelSmoothing: 0.1, mixup: 0.2}
        training:
          epochs: 5
          workers: 4
          batchPerWorker: 32
          threadsPerReplica: 2
          nativeBinary: avx2
          startTimeout: 10
          fastPath: false
          keepCheckpoints: 1
        averaging: {every: 8, state: local-reset, exchange: bf16, reduce: EXECUTORS}
        shuffle: {order: exact, window: 2}
        evaluation: {split: test, cropShare: 0.875, batch: 64}
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
                new ModelConfig(
                    ModelConfig.Architecture.RESNET50,
                    8,
                    ModelConfig.Shortcut.IDENTITY,
                    "a.json",
                    false),
                "model.zip",
                new OptimizerConfig(OptimizerConfig.Kind.SGD, 0, 5e-4, true),
                new LearningRateConfig(
                    0.05,
                    128,
                    false,
                    0.5,
                    LearningRateConfig.Schedule.STEP,
                    0.001,
                    List.of(30.0, 60.5),
                    0.2),
                new LossConfig(0.1, 0.2),
                new TrainingConfig(5, 4, 32, 2, TrainingConfig.Binary.AVX2, 10, false, 1),
                new AveragingConfig(
                    8,
                    AveragingConfig.State.LOCAL_RESET,
                    AveragingConfig.Exchange.BF16,
                    AveragingConfig.Reduce.EXECUTORS),
                new ShuffleConfig(ShuffleConfig.Order.EXACT, 2),
                new EvaluationConfig(Split.TEST, 0.875, 64)));
  }

  @Test
  void flagsBeatTheFileAndLaterFlagsBeatEarlierOnes() {
    RunConfig config =
        read(
            "training: {workers: 3, epochs: 7}\nmodel: null",
            "training.workers=4",
            "training.workers=5",
            "source.classes=[a, b]",
            "init=a=b.zip");
    assertThat(config.training().workers()).isEqualTo(5);
    assertThat(config.training().epochs()).isEqualTo(7);
    assertThat(config.source().classes()).containsExactly("a", "b");
    assertThat(config.init()).isEqualTo("a=b.zip");
  }

  @Test
  void allProblemsAreReportedAtOnceWithLineKeyRuleAndSuggestion() {
    String yaml =
        """
        sede: 3
        training:
          workers: -2
          epochs: [1]
          batch_per_worker: 64
          keepCheckpoints: 1.5
        input:
          normalize: yes
        workers: 4
        colour: red
        learningRate: {base: 0, stepEpochs: 30}
        optimizer: {kind: adam}
        """;
    assertThat(problems(yaml, "loss.mixup=much", "averaging.evry=2"))
        .containsExactly(
            "run.yaml:8: Invalid input.normalize: yes (must be true or false)",
            "run.yaml:12: Invalid optimizer.kind: adam (must be one of sgd, momentum, nesterov)",
            "run.yaml:11: Invalid learningRate.base: 0 (must be > 0)",
            "run.yaml:11: Invalid learningRate.stepEpochs: 30 (must be a list)",
            "--set loss.mixup=much: Invalid loss.mixup: much (must be a number >= 0)",
            "run.yaml:4: Invalid training.epochs: a list (must be a whole number)",
            "run.yaml:3: Invalid training.workers: -2 (must be >= 1)",
            "run.yaml:6: Invalid training.keepCheckpoints: 1.5 (must be a whole number >= 1)",
            "run.yaml:5: Unknown key training.batch_per_worker (did you mean"
                + " training.batchPerWorker?)",
            "--set averaging.evry=2: Unknown key averaging.evry (did you mean averaging.every?)",
            "run.yaml:1: Unknown key sede (did you mean seed?)",
            "run.yaml:9: Unknown key workers (did you mean training.workers?)",
            "run.yaml:10: Unknown key colour");
  }

  @Test
  void whatARecordRefusesIsReportedAtItsKey() {
    String yaml =
        """
        model:
          architecture: cifar-resnet

          depth: 21
        learningRate:
          schedule: step
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:4: Invalid model.depth: 21 (must be 6n + 2)",
            "run.yaml:5: Invalid learningRate.stepEpochs: [] (must be ascending epochs > 0, one or"
                + " more)");
  }

  @Test
  void contradictionsBetweenKeysAreReportedTogether() {
    String yaml =
        """
        augment:
          - resize: {height: 9, width: 9}
          - random_crop:
              height: 8
              width: 9
          - horizontal_flip
        input: {height: 9, width: 9}
        training:
          epochs: 3
        learningRate:
          warmupEpochs: 4
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:3: Invalid augment[1].random_crop: gives 8 x 9 (must be the input's height x"
                + " width, 9 x 9)",
            "run.yaml:11: Invalid learningRate.warmupEpochs: 4.0 (must be <= training.epochs, 3)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          seed: 1\\nseed: 2          | run.yaml:2: Duplicate key seed (first at run.yaml:1)
          training: [1             | run.yaml:1: Cannot read YAML: expected ',' or ']', but got <stream end>
          - 1                      | run.yaml:1: Invalid config: a list (must be keys and values)
          seed: 1\\n---\\nseed: 2     | run.yaml:2: Cannot read YAML: but found another document
          training: 3              | run.yaml:1: Invalid training: 3 (must be keys and values)
          seed: 1e30               | run.yaml:1: Invalid seed: 1e30 (must be a whole number)
          seed: 99999999999999999999 | run.yaml:1: Invalid seed: 99999999999999999999 (must be <= 9223372036854775807)
          seed: "1"                | run.yaml:1: Invalid seed: "1" (must be a whole number)
          name:                    | run.yaml:1: Invalid name: null (must be a file name of letters, digits, . _ -)
          name: ..                 | run.yaml:1: Invalid name: .. (must be a file name of letters, digits, . _ -)
          output:                  | run.yaml:1: Invalid output: null (must be a text)
          training: {epochs: 3000000000} | run.yaml:1: Invalid training.epochs: 3000000000 (must be <= 2147483647)
          loss: {mixup: .nan}      | run.yaml:1: Invalid loss.mixup: .nan (must be a number >= 0)
          loss: {mixup: 1e999}     | run.yaml:1: Invalid loss.mixup: 1e999 (must be >= 0)
          input: {channels: 2}     | run.yaml:1: Invalid input.channels: 2 (must be 1 or 3)
          evaluation: {split: train} | run.yaml:1: Invalid evaluation.split: train (must be validation or test)
          """)
  void aWrongFileIsRefused(String yaml, String message) {
    assertThat(problems(yaml.replace("\\n", "\n"))).containsExactly(message);
  }

  @Test
  void anAnchorLoopIsRefused() {
    assertThatThrownBy(() -> read("training: &a\n  more: *a\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot read YAML");
  }

  @Test
  void anOverrideWithoutAValueIsRefused() {
    assertThat(problems("", "training.workers"))
        .containsExactly(
            "--set training.workers: Invalid --set: training.workers (must be key.path=value)");
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
  void aWrongImageOperationIsReportedAtItsLine() {
    String yaml =
        """
        augment:
          - random_corp: {height: 28}
          - random_crop: {height: 28, paddin: 2}
          - resize: {height: 0, width: 8}
          - [1]
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:2: Invalid augment[0]: random_corp (must be one of random_crop,"
                + " random_resized_crop, center_crop, horizontal_flip, vertical_flip, resize,"
                + " resize_short_side)",
            "run.yaml:3: Missing augment[1].random_crop.width (Width of the crop in pixels.)",
            "run.yaml:3: Unknown key augment[1].random_crop.paddin (did you mean"
                + " augment[1].random_crop.padding?)",
            "run.yaml:4: Invalid augment[2].resize.height: 0 (must be >= 1)",
            "run.yaml:5: Invalid augment[3]: a list (must be one of random_crop,"
                + " random_resized_crop, center_crop, horizontal_flip, vertical_flip, resize,"
                + " resize_short_side)");
  }

  @Test
  void aMissingKeyWithoutDefaultIsNamed() {
    record Crop(@io.millrace.settings.Key(doc = "Side in pixels.") int size) {}
    assertThatThrownBy(() -> ConfigReader.read(Crop.class, "crop.yaml", "{}", List.of()))
        .hasMessage("crop.yaml:1: Missing size (Side in pixels.)");
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
  void theFingerprintForgetsTheNameButNotTheSeed() {
    String fingerprint = ConfigWriter.fingerprint(read(""));
    assertThat(fingerprint).hasSize(64);
    assertThat(ConfigWriter.fingerprint(read("name: other\noutput: there"))).isEqualTo(fingerprint);
    assertThat(ConfigWriter.fingerprint(read("seed: 2"))).isNotEqualTo(fingerprint);
  }
}
