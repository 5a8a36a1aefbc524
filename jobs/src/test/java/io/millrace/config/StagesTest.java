package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.image.HorizontalFlip;
import io.millrace.recipe.Adam;
import io.millrace.recipe.Constant;
import io.millrace.recipe.Nesterov;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stages as a config has them, and what each is as a run of its own. */
class StagesTest {
  private static final String STAGES =
      """
      optimizer: {momentum: 0.8, weightDecay: 0.01}
      learningRate: {base: 0.4, warmupEpochs: 1}
      augment: [horizontal_flip]
      training: {batchPerWorker: 32}
      stages:
        - {name: head, epochs: 2, train: head, learningRate: {schedule: constant}, augment: []}
        - name: all
          epochs: 3
          freeze: [stem, '*_bn']
          layerDecay: 0.7
          batchPerWorker: 8
          optimizer: {kind: adam, beta2: 0.99}
          averaging: {every: 4, exchange: weights}
      """;

  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  @Test
  void aStageSetsAnewWhatItSaysAndHasTheRestOfTheRun() {
    RunConfig run = read(STAGES);
    assertThat(run.training().epochs()).isEqualTo(5);
    RunConfig head = ConfigReader.stage(run, 0);
    assertThat(head.training().epochs()).isEqualTo(2);
    assertThat(head.training().batchPerWorker()).isEqualTo(32);
    assertThat(head.optimizer()).isEqualTo(run.optimizer());
    assertThat(head.optimizer().kind()).isEqualTo(new Nesterov(0.8));
    assertThat(head.learningRate().base()).isEqualTo(0.4);
    assertThat(head.learningRate().schedule()).isEqualTo(new Constant());
    assertThat(head.augment()).isEmpty();
    assertThat(head.stages()).isEmpty();
    RunConfig all = ConfigReader.stage(run, 1);
    assertThat(all.training().batchPerWorker()).isEqualTo(8);
    assertThat(all.optimizer().kind()).isEqualTo(new Adam(0.9, 0.99, 1e-8));
    assertThat(all.optimizer().weightDecay()).isEqualTo(0.01);
    assertThat(all.averaging().every().always()).hasValue(4);
    assertThat(all.learningRate()).isEqualTo(run.learningRate());
    assertThat(all.augment()).isEqualTo(List.of(new HorizontalFlip(0.5)));
    assertThat(run.stages().get(1).selection().words()).isEqualTo("all but stem, *_bn");
  }

  @Test
  void aStageThatTrainsNothingIsRefused() {
    assertThatThrownBy(() -> read(STAGES, "stages.0.train=[]"))
        .hasMessage(
            "--set stages.0.train=[]: Invalid stages[0].train: [] (must be all, head, backbone, a top-level layer by name or index, first..last, or a pattern with *; left out it is all)");
  }

  @Test
  void aFlagReachesAStageByItsIndex() {
    RunConfig run =
        read(
            STAGES,
            "stages.1.batchPerWorker=4",
            "stages.0.learningRate.base=0.2",
            "stages.0.epochs=1");
    assertThat(run.stages().get(1).batchPerWorker()).isEqualTo(4);
    assertThat(run.training().epochs()).isEqualTo(4);
    RunConfig head = ConfigReader.stage(run, 0);
    assertThat(head.learningRate().base()).isEqualTo(0.2);
    assertThat(head.learningRate().schedule()).isEqualTo(new Constant());
  }

  @Test
  void aStageThatSetsAKeyOfDistillationKeepsTheTeacher() {
    RunConfig run =
        read(
            """
            loss: {distillation: {teacher: t.zip, temperature: 4, cacheLogits: true}, mixing: null}
            stages:
              - {name: a, epochs: 1}
              - {name: b, epochs: 1, augment: [horizontal_flip], loss: {distillation: {cacheLogits: false}}}
            """);
    var distillation = ConfigReader.stage(run, 1).loss().distillation();
    assertThat(distillation.cacheLogits()).isFalse();
    assertThat(distillation.teacher()).isEqualTo("t.zip");
    assertThat(distillation.temperature()).isEqualTo(4);
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    RunConfig run = read(STAGES);
    RunConfig again = read(ConfigWriter.yaml(run));
    assertThat(again).isEqualTo(run);
    assertThat(DecidingKeys.of(run))
        .containsEntry("stages.1.batchPerWorker", "8")
        .containsEntry("stages.0.train", "[head]");
    assertThat(DecidingKeys.of(read("name: a")).keySet()).noneMatch(key -> key.contains("stages"));
  }

  @Test
  void whatDoesNotGoTogetherIsRefusedByName() {
    assertThatThrownBy(() -> read("stages: [{name: a, epochs: 1}, {name: a, epochs: 1}]"))
        .hasMessageContaining("Invalid stages[1].name: a (must differ from those before)");
    assertThatThrownBy(() -> read("training: {epochs: 3}\nstages: [{name: a, epochs: 2}]"))
        .hasMessageContaining(
            "Invalid training.epochs: 3 (must be left out, or 2, those of the stages)");
    assertThatThrownBy(() -> read("stages: [{name: a, epochs: 2, learningRate: {bass: 1}}]"))
        .hasMessageContaining(
            "Unknown key learningRate.bass (did you mean learningRate.base?) (in stage a)");
    assertThatThrownBy(() -> read("stages: [{name: a, epochs: 2, optimizer: adam}]"))
        .hasMessageContaining("Invalid stages[0].optimizer: adam (must be keys and values)");
    assertThatThrownBy(
            () -> read("stages: [{name: a, epochs: 1, loss: {mixing: mixup, mixingOffEpochs: 1}}]"))
        .hasMessageContaining(
            "Invalid loss.mixingOffEpochs: 1 (must be < training.epochs, 1) (in stage a)");
    assertThatThrownBy(() -> read("stages: [{name: a, epochs: 2147483647}, {name: b, epochs: 2}]"))
        .hasMessageContaining("Invalid stages: 2147483649 epochs in all (must be <= 2147483647)");
    assertThatThrownBy(() -> read("stages: [{name: a}]")).hasMessageContaining("stages[0].epochs");
  }
}
