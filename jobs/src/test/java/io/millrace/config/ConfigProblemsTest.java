package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.image.ImageOperation;
import io.millrace.recipe.Optimizer;
import io.millrace.settings.Key;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads whose config is wrong. */
class ConfigProblemsTest {
  private static List<String> problems(String yaml, String... overrides) {
    try {
      RunConfig read = ConfigReader.read("run.yaml", yaml, List.of(overrides));
      return List.of("no problem: " + read);
    } catch (ConfigException e) {
      return e.problems();
    }
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
        learningRate: {base: 0, schedule: multi-step, stepEpochs: 30}
        optimizer: {kind: adamm}
        """;
    assertThat(problems(yaml, "loss.mixing.mixup.alpha=much", "averaging.evry=2"))
        .containsExactly(
            "run.yaml:8: Invalid input.normalize: yes (must be true or false)",
            "run.yaml:12: Invalid optimizer.kind: adamm (must be "
                + Choices.rule(Optimizer.class)
                + ")",
            "run.yaml:11: Invalid learningRate.base: 0 (must be > 0)",
            "run.yaml:11: Invalid learningRate.stepEpochs: 30 (must be a list)",
            "--set loss.mixing.mixup.alpha=much: Invalid loss.mixing.mixup.alpha: much (must be a number > 0)",
            "run.yaml:4: Invalid training.epochs: a list (must be a whole number)",
            "run.yaml:3: Invalid training.workers: -2 (must be >= 1 and <= 100000)",
            "run.yaml:6: Invalid training.keepCheckpoints: 1.5 (must be a whole number >= 1)",
            "run.yaml:5: Unknown key training.batch_per_worker (did you mean"
                + " training.batchPerWorker?)",
            "--set averaging.evry=2: Unknown key averaging.evry (did you mean averaging.every?)",
            "run.yaml:1: Unknown key sede (did you mean seed?)",
            "run.yaml:9: Unknown key workers (did you mean training.workers?)",
            "run.yaml:10: Unknown key colour (the keys here are name, output, seed, source, dataset,"
                + " input, augment, model, init, optimizer, learningRate, loss, training, averaging,"
                + " shuffle, evaluation, checkpoint, earlyStopping, divergence, faults, diagnostics, sinks,"
                + " line, stages)");
  }

  @Test
  void aNumberOfAnyLengthIsReadOrRefusedByItsRule() {
    String digits = "1".repeat(100_000);
    assertThat(problems("seed: " + digits))
        .containsExactly(
            "run.yaml:1: Invalid seed: " + digits + " (must be <= 9223372036854775807)");
    assertThat(problems("seed: -9223372036854775809"))
        .containsExactly(
            "run.yaml:1: Invalid seed: -9223372036854775809 (must be >= -9223372036854775808)");
    assertThat(problems("learningRate: {base: 1e400}"))
        .containsExactly("run.yaml:1: Invalid learningRate.base: 1e400 (must be a finite number)");
    assertThat(problems("learningRate: {schedule: multi-step, stepEpochs: [1e400]}"))
        .containsExactly(
            "run.yaml:1: Invalid learningRate.stepEpochs[0]: 1e400 (must be a finite number)");
    assertThat(problems("seed: 1__0")).hasSize(1).first().asString().contains("a whole number");
    assertThat(problems("seed: 1_0_")).hasSize(1).first().asString().contains("a whole number");
    assertThat(problems("seed: 1_000_0")).first().asString().contains("seed=10000,");
  }

  @Test
  void anEmptyTextIsNoPathAndNoName() {
    assertThat(
            problems(
                "dataset: {path: ''}\nsource: {label: '', classes: [a, '']}\ninit: {from: ''}"))
        .containsExactlyInAnyOrder(
            "run.yaml:1: Invalid dataset.path: \"\" (must be a text that is not empty)",
            "run.yaml:2: Invalid source.label: \"\" (must be a text that is not empty)",
            "run.yaml:2: Invalid source.classes[1]: \"\" (must be a text that is not empty)",
            "run.yaml:3: Invalid init.from: \"\" (must be a text that is not empty)");
  }

  @Test
  void whatStandsBehindAValueIsPartOfIt() {
    assertThat(problems("", "training.epochs=3 # short"))
        .containsExactly(
            "--set training.epochs=3 # short: Invalid training.epochs: 3 # short (must be a whole"
                + " number >= 1)");
  }

  @Test
  void whatARecordRefusesIsReportedAtItsKey() {
    String yaml =
        """
        model:
          architecture: cifar-resnet

          depth: 21
        learningRate:
          schedule: multi-step
          stepEpochs: []
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:4: Invalid model.depth: 21 (must be 6n + 2)",
            "run.yaml:7: Invalid learningRate.stepEpochs: [] (must be ascending epochs > 0, one or"
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
          batchPerWorker: 1
        loss:
          mixing: {mixup: {alpha: 0.2}}
          mixingOffEpochs: 90
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:3: Invalid augment[1].random_crop: gives 9 x 8 (must be the input's width x"
                + " height, 9 x 9)",
            "run.yaml:11: Invalid loss.mixing: mixup (must be null where training.batchPerWorker is 1)",
            "run.yaml:12: Invalid loss.mixingOffEpochs: 90 (must be < training.epochs, 90)");
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
          name:                    | run.yaml:1: Invalid name: null (must be a file name of letters, digits, . _ -, 200 at most)
          name: ..                 | run.yaml:1: Invalid name: .. (must be a file name of letters, digits, . _ -, 200 at most)
          output:                  | run.yaml:1: Invalid output: null (must be a text)
          training: {epochs: 3000000000} | run.yaml:1: Invalid training.epochs: 3000000000 (must be <= 2147483647)
          loss: {mixing: {mixup: {alpha: .nan}}} | run.yaml:1: Invalid loss.mixing.mixup.alpha: .nan (must be a number > 0)
          loss: {mixing: {cutmix: {alpha: 1e999}}} | run.yaml:1: Invalid loss.mixing.cutmix.alpha: 1e999 (must be a finite number)
          loss: {mixing: {mixup: {alpha: 0}}} | run.yaml:1: Invalid loss.mixing.mixup.alpha: 0 (must be > 0)
          loss: {mixing: {kind: mixup-or-cutmix, switchProbability: 2}} | run.yaml:1: Invalid loss.mixing.mixup-or-cutmix.switchProbability: 2 (must be >= 0 and <= 1)
          loss: {mixingProbability: 0.5} | run.yaml:1: Invalid loss.mixingProbability: 0.5 (must be 1 where loss.mixing is null)
          loss: {mixingOffEpochs: 2} | run.yaml:1: Invalid loss.mixingOffEpochs: 2 (must be 0 where loss.mixing is null)
          loss: {gamma: 2}         | run.yaml:1: Invalid loss.gamma: loss.kind is cross-entropy, which has no such key (focal, sigmoid-focal have)
          loss: {kind: focal, gamma: -1} | run.yaml:1: Invalid loss.gamma: -1 (must be >= 0)
          loss: {kind: bce, threshold: 1} | run.yaml:1: Invalid loss.threshold: 1 (must be >= 0 and < 1)
          loss: {classWeights: {given: {weights: [0, 0]}}} | run.yaml:1: Invalid loss.classWeights.given.weights: [0.0, 0.0] (must have one above 0)
          loss: {classWeights: {named: {classes: [{name: a, weight: 1}, {name: a, weight: 2}]}}} | run.yaml:1: Invalid loss.classWeights.named.classes: a twice (must be distinct)
          loss: {distillation: {temperature: 0}} | run.yaml:1: Invalid loss.distillation.temperature: 0 (must be > 0)
          loss: {distillation: {hardWeight: 1.5}} | run.yaml:1: Invalid loss.distillation.hardWeight: 1.5 (must be >= 0 and <= 1)
          loss: {distillation: {cacheLogits: true}} | run.yaml:1: Invalid loss.distillation.cacheLogits: true (must be false without a teacher)
          loss: {mixing: mixup, distillation: {teacher: a.zip, cacheLogits: true}} | run.yaml:1: Invalid loss.distillation.cacheLogits: true (must be false where augment or loss.mixing change an image from one epoch to the next)
          loss: {mixup: 0.2}       | run.yaml:1: Unknown key loss.mixup (it is loss.mixing now, such as {mixup: {alpha: 0.2}})
          input: {channels: 2}     | run.yaml:1: Invalid input.channels: 2 (must be 1 or 3)
          input: {channels: grey}  | run.yaml:1: Invalid input.channels: grey (must be 1 or 3)
          optimizer: {momentum: 1} | run.yaml:1: Invalid optimizer.momentum: 1 (must be >= 0 and < 1)
          optimizer: {kind: adam, groups: [{layers: 0, momentum: 0.5}]} | run.yaml:1: Invalid optimizer.groups[0].momentum: 0.5 (must be null, as this optimiser has no momentum: Adam[beta1=0.9, beta2=0.999, epsilon=1.0E-8])
          {optimizer: {kind: swats}, averaging: {state: local-reset}} | run.yaml:1: Invalid averaging.state: local-reset (must leave the optimiser its state, at which swats looks)
          {optimizer: {kind: swats}, averaging: {outer: bmuf}} | run.yaml:1: Invalid averaging.outer: resetState true (must leave the optimiser its state, at which swats looks)
          loss: {distillation: {temperature: 4}} | run.yaml:1: Invalid loss.distillation.temperature: 4.0 (must be left out without a teacher)
          line: {without: [2026-11-31]} | run.yaml:1: Invalid line.without: 2026-11-31 (must be days of the calendar)
          loss: {distillation: {hardWeight: 0.1}} | run.yaml:1: Invalid loss.distillation.hardWeight: 0.1 (must be left out without a teacher)
          init: {kind: orthogonal, from: a.zip} | run.yaml:1: Invalid init.kind: Orthogonal[gain=LINEAR, slope=null] (must be left out where from is given, whose weights are all taken)
          optimizer: {groups: [{layers: 0, frozen: true, rate: 2}]} | run.yaml:1: Invalid optimizer.groups[0].frozen: true (must be false where rate, momentum, weightDecay, decayBias or schedule are given)
          optimizer: {kind: adam, epsilon: 1e-50} | run.yaml:1: Invalid optimizer.epsilon: 1e-50 (must be > 0 in fp32, where this is 0)
          optimizer: {clipNorm: 1e-60} | run.yaml:1: Invalid optimizer.clipNorm: 1e-60 (must be > 0 in fp32, where this is 0)
          learningRate: {schedule: plateau, threshold: 1} | run.yaml:1: Invalid learningRate.threshold: 1 (must be < 1 where it is a share of a loss)
          training: {precision: {fp16: {initialScale: 1e-10}}} | run.yaml:1: Invalid training.precision.fp16.initialScale: 1e-10 (must be >= 1.0E-9)
          augment: [{resize: {height: 70000, width: 8}}] | run.yaml:1: Invalid augment[0].resize.height: 70000 (must be >= 1 and <= 65536)
          augment: [{random_crop: {height: 8, width: 8, padding: 70000}}] | run.yaml:1: Invalid augment[0].random_crop.padding: 70000 (must be >= 0 and <= 65536)
          {input: {normalize: false}, augment: [random_erasing]} | run.yaml:1: Invalid augment: random_erasing (must be left out where input.normalize is false: it fills with what is normalised)
          {training: {epochs: 90}, stages: [{name: a, epochs: 2}]} | run.yaml:1: Invalid training.epochs: 90 (must be left out, or 2, those of the stages)
          evaluation: {split: dev} | run.yaml:1: Invalid evaluation.split: dev (must be one of validation, test)
          evaluation: {split: train} | run.yaml:1: Invalid evaluation.split: train (must be validation or test)
          """)
  void aWrongFileIsRefused(String yaml, String message) {
    assertThat(problems(yaml.replace("\\n", "\n"))).containsExactly(message);
  }

  @Test
  void anAnchorLoopIsRefused() {
    assertThatThrownBy(() -> ConfigReader.read("run.yaml", "training: &a\n  more: *a\n", List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot read YAML");
  }

  @Test
  void anAliasOfMoreThanAValueIsNamedByItsLine() {
    String[] yamls = {
      "optimizer: &o {kind: adam}\nstages:\n  - {name: a, epochs: 1, optimizer: *o}\n",
      "optimizer: &o {kind: adam}\naveraging: {}\nlearningRate: {<<: *o}\n"
    };
    for (String yaml : yamls) {
      assertThat(problems(yaml))
          .containsExactly(
              "run.yaml:3: Cannot read YAML: *o stands for a list or for keys and values (write them"
                  + " out; an alias may stand for one value)");
    }
    assertThat(problems("seed: &s 7\nname: *s\n").get(0)).startsWith("no problem");
  }

  @Test
  void anEmptyKeyIsUnknown() {
    assertThat(problems("", "training..epochs=3"))
        .containsExactly(
            "--set training..epochs=3: Unknown key training.\"\" (the keys here are epochs, workers,"
                + " batchPerWorker, threadsPerReplica, nativeBinary, startTimeout, fastPath, precision,"
                + " keepCheckpoints)");
  }

  @Test
  void anOverrideWithoutAValueIsRefused() {
    assertThat(problems("", "training.workers"))
        .containsExactly("Invalid --set: training.workers (must be key.path=value)");
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
    String operations = Choices.rule(ImageOperation.class);
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:2: Invalid augment[0]: random_corp (must be %s)".formatted(operations),
            "run.yaml:3: Missing augment[1].random_crop.width (Width of the crop in pixels.)",
            "run.yaml:3: Unknown key augment[1].random_crop.paddin (did you mean"
                + " augment[1].random_crop.padding?)",
            "run.yaml:4: Invalid augment[2].resize.height: 0 (must be >= 1 and <= 65536)",
            "run.yaml:5: Invalid augment[3]: a list (must be %s)".formatted(operations));
  }

  @Test
  void operationsThatDoNotGoTogetherAreRefusedByName() {
    String yaml =
        """
        input: {height: 8, width: 9, channels: 1}
        augment:
          - random_erasing
          - one_of: {operations: [{pca_lighting: {deviation: 0.1}}, random_erasing]}
          - resize: {height: 8, width: 9}
          - sometimes: {operations: [rotate_90]}
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "run.yaml:4: Invalid augment[1]: one_of (must stand before augment[0], random_erasing:"
                + " that acts on what is normalised)",
            "run.yaml:4: Invalid augment[1].one_of.operations[0]: pca_lighting (must be left out"
                + " where images have 1 channel)",
            "run.yaml:4: Invalid augment[1].one_of.operations[1]: random_erasing (must stand in"
                + " augment itself: it acts on what is normalised)",
            "run.yaml:5: Invalid augment[2]: resize (must stand before augment[0], random_erasing:"
                + " that acts on what is normalised)",
            "run.yaml:6: Invalid augment[3]: sometimes (must stand before augment[0],"
                + " random_erasing: that acts on what is normalised)",
            "run.yaml:6: Invalid augment[3].sometimes: gives 8 x 9 (must be the input's width x"
                + " height, 9 x 8)");
  }

  @Test
  void operationsThatGoTogetherAreRead() {
    assertThat(
            problems(
                "input: {height: 8, width: 8}",
                "augment=[{random_crop: {height: 8, width: 8}}, rotate_90, pca_lighting,"
                    + " {one_of: {operations: [hue, {sometimes: {operations: [rotate]}}]}},"
                    + " random_erasing, random_erasing]"))
        .singleElement()
        .asString()
        .startsWith("no problem");
  }

  @Test
  void aMissingKeyWithoutDefaultIsNamed() {
    record Crop(@Key(doc = "Side in pixels.") int size) {}
    assertThatThrownBy(() -> ConfigReader.read(Crop.class, "crop.yaml", "{}", List.of()))
        .hasMessage("crop.yaml:1: Missing size (Side in pixels.)");
  }

  @Test
  void aSectionThatIsANameIsShownHowItIsWritten() {
    assertThat(problems("optimizer: adam"))
        .containsExactly(
            "run.yaml:1: Invalid optimizer: adam (must be keys and values, such as {kind: adam})");
    assertThat(problems("learningRate: 0.1"))
        .containsExactly(
            "run.yaml:1: Invalid learningRate: 0.1 (must be keys and values, such as {base: 0.1})");
  }

  @Test
  void aChoiceThatMayBeNoneSaysSo() {
    assertThat(problems("loss: {mixing: none}").get(0))
        .endsWith("or the full name of a record class of yours, or null)");
    assertThat(problems("averaging: {outer: none}").get(0))
        .endsWith("or the full name of a record class of yours)");
  }

  @Test
  void whatWouldHaveNoEffectIsRefused() {
    assertThat(problems("learningRate: {warmupEpochs: 0, warmupStart: 0.05}"))
        .containsExactly(
            "run.yaml:1: Invalid learningRate.warmupStart: 0.05 (must be 0 where warmupEpochs is"
                + " 0)");
    assertThat(problems("learningRate: {warmupEpochs: 0, warmupShape: constant}"))
        .containsExactly(
            "run.yaml:1: Invalid learningRate.warmupShape: constant (must be linear where"
                + " warmupEpochs is 0)");
    assertThat(problems("loss: {classWeights: {named: {classes: []}}}"))
        .containsExactly(
            "run.yaml:1: Invalid loss.classWeights.named.classes: [] (must name one or more)");
    // Of a parameter without gradient the root is 0, too.
    assertThat(problems("optimizer: {kind: adam, epsilon: 0}"))
        .containsExactly("run.yaml:1: Invalid optimizer.epsilon: 0 (must be > 0)");
    assertThat(problems("loss: {kind: sigmoid-focal, alpha: 0}"))
        .containsExactly("run.yaml:1: Invalid loss.alpha: 0 (must be > 0 and < 1)");
  }
}
