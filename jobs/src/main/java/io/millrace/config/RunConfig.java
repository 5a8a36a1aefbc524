package io.millrace.config;

import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.InputConfig;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.DiagnosticsConfig;
import io.millrace.epoch.LossConfig;
import io.millrace.epoch.ShuffleConfig;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.exchange.AveragingConfig;
import io.millrace.image.AugmentRules;
import io.millrace.image.ImageOperation;
import io.millrace.image.RandomErasing;
import io.millrace.line.LineConfig;
import io.millrace.model.architecture.ModelConfig;
import io.millrace.model.init.InitConfig;
import io.millrace.model.layers.FastPath;
import io.millrace.prepare.DatasetConfig;
import io.millrace.recipe.Divergence;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.LearningRateConfig;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.settings.Key;
import io.millrace.settings.Names;
import io.millrace.sink.Sink;
import io.millrace.source.SourceConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A whole config file: what to prepare, what to train, how, and where the output goes. */
public record RunConfig(
    @Key(
            doc = "Name of the run; its output goes to <output>/<name>.",
            value = "run",
            rule = "a file name of letters, digits, . _ -, 200 at most",
            pattern = "(?=.{1,200}$)[\\w.-]*\\w[\\w.-]*",
            decides = false)
        String name,
    @Key(doc = "Folder of all runs, a Hadoop path.", value = "out", decides = false) String output,
    @Key(doc = "Seed of every random choice.", value = "1") long seed,
    @Key(doc = "Where prepare finds the images.", value = "{}", decides = false)
        SourceConfig source,
    @Key(
            doc = "The prepared data set: where it is and how it is made.",
            value = "{}",
            decides = false)
        DatasetConfig dataset,
    @Key(doc = "Shape of the network input.", value = "{}") InputConfig input,
    @Key(doc = "Image operations for training, in order.", value = "[]")
        List<ImageOperation> augment,
    @Key(doc = "The network.", value = "{}", rule = "such as {architecture: resnet50}")
        ModelConfig model,
    @Key(
            doc = "How the weights start.",
            value = "{}",
            rule = "given as init.from, the path of a model.zip, or init.kind, an initialiser")
        InitConfig init,
    @Key(doc = "The optimiser.", value = "{}", rule = "such as {kind: adam}")
        OptimizerConfig optimizer,
    @Key(
            doc = "The learning rate.",
            value = "{}",
            rule = "such as {base: 0.1}",
            accept = "learningRate")
        LearningRateConfig learningRate,
    @Key(doc = "Targets and loss.", value = "{}", rule = "such as {kind: focal}") LossConfig loss,
    @Key(doc = "Epochs, workers and batches.", value = "{}") TrainingConfig training,
    @Key(doc = "How the workers are averaged.", value = "{}", rule = "such as {every: 8}")
        AveragingConfig averaging,
    @Key(doc = "Order of the examples in an epoch.", value = "{}") ShuffleConfig shuffle,
    @Key(doc = "Validation after each epoch, and evaluate.", value = "{}", decides = false)
        EvaluationConfig evaluation,
    @Key(doc = "When checkpoints are written.", value = "{}", decides = false)
        CheckpointConfig checkpoint,
    @Key(doc = "The end of a run that gets no better.", value = "{}", decides = false)
        EarlyStopping earlyStopping,
    @Key(
            doc = "What a loss or weight that is not finite does to the run.",
            value = "{}",
            decides = false)
        Divergence divergence,
    @Key(doc = "What a run lives through.", value = "{}", decides = false) FaultsConfig faults,
    @Key(doc = "What a person looks at.", value = "{}", decides = false)
        DiagnosticsConfig diagnostics,
    @Key(
            doc = "Where figures of training go, beside the run's own folder.",
            value = "[]",
            decides = false)
        List<Sink> sinks,
    @Key(doc = "What finetune makes of nights.", value = "{}", decides = false) LineConfig line,
    @Key(
            doc =
                "Stretches of epochs one after the other, each with what it trains and how; none for a run of one, of training.epochs.",
            value = "[]",
            rule = "a list, such as [{name: head, epochs: 2, train: head}]")
        List<StageConfig> stages) {
  /** Checks what one key says about another; the message has a line for each contradiction. */
  public RunConfig {
    augment = List.copyOf(augment);
    sinks = List.copyOf(sinks);
    stages = List.copyOf(stages);
    training = Stages.training(stages, training);
    List<String> problems = new ArrayList<>();
    problems.addAll(AugmentRules.problems(augment, input.channels()));
    if (!input.normalize() && augment.stream().anyMatch(RandomErasing.class::isInstance)) {
      problems.add(
          "Invalid augment: random_erasing (must be left out where input.normalize is false: it"
              + " fills with what is normalised)");
    }
    AugmentedSize.of(augment).ifPresent(size -> size.check(input, problems));
    if (loss.mixing() != null && training.batchPerWorker() == 1) {
      problems.add(
          "Invalid loss.mixing: %s (must be null where training.batchPerWorker is 1)"
              .formatted(Choices.nameOf(loss.mixing().getClass())));
    }
    if (loss.mixingOffEpochs() >= training.epochs()) {
      problems.add(
          "Invalid loss.mixingOffEpochs: %d (must be < training.epochs, %d)"
              .formatted(loss.mixingOffEpochs(), training.epochs()));
    }
    boolean changing = loss.mixing() != null || augment.stream().anyMatch(ImageOperation::isRandom);
    if (loss.distillation().cacheLogits() && changing) {
      problems.add(
          "Invalid loss.distillation.cacheLogits: true (must be false where augment or loss.mixing"
              + " change an image from one epoch to the next)");
    }
    try {
      averaging.check(optimizer.kind());
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
    if (!training.precision().isFull() && training.fastPath() == FastPath.FALSE) {
      problems.add(
          "Invalid training.precision: %s (must be fp32 where training.fastPath is false, on DL4J's"
                  .formatted(Choices.nameOf(training.precision().getClass()))
              + " own layers)");
    }
    if (source.classesFrom() != null && !source.classes().isEmpty()) {
      problems.add(
          "Invalid source.classesFrom: %s (must be null where source.classes are given)"
              .formatted(source.classesFrom()));
    }
    problems.addAll(divergence.problems());
    Set<Class<?>> seen = new HashSet<>();
    for (Sink each : sinks) {
      if (!seen.add(each.getClass())) {
        problems.add(
            "Invalid sinks: %s twice (must be one of each kind)"
                .formatted(Names.of(each.getClass())));
      }
    }
    problems.addAll(Stages.problems(stages));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /** What is measured of training: all there is where no kind is named, nothing at a share of 0. */
  public List<Diagnostic> diagnosed() {
    if (diagnostics.share() == 0) {
      return List.of();
    }
    return diagnostics.kinds().isEmpty() ? Choices.defaults(Diagnostic.class) : diagnostics.kinds();
  }
}
