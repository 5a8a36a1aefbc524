package io.millrace.plan;

import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.config.TrainingConfig;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ResidualBlocks;
import io.millrace.model.init.InitConfig;
import io.millrace.model.init.InitRule;
import io.millrace.model.init.InitialWeights;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.precision.Precision;
import io.millrace.recipe.Decay;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Schedule;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** What a config says of the recipe, in words: a line each for what plan has no figures of. */
final class RecipeWords {
  private RecipeWords() {}

  /**
   * How the weights of a network start.
   *
   * @throws IllegalArgumentException for a rule that does not go with the network
   */
  static String init(RunConfig config, ComputationGraphConfiguration network) {
    InitConfig init = config.init();
    if (init.pretrained().isPresent()) {
      return "the weights of " + init.pretrained().get().path();
    }
    List<String> words = new ArrayList<>();
    if (init.rules().isEmpty() && config.model().architecture().foreignKey().isEmpty()) {
      words.add(ConfigWriter.words(init.kind()));
    } else {
      ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
      net.init();
      words.addAll(starts(init, InitialWeights.of(init, net)));
      NativeMemory.freeUnrun(net);
    }
    if (config.model().architecture().zeroGamma()
        && !ResidualBlocks.lastBatchNorms(network).isEmpty()) {
      words.add("the last gamma of each residual block 0");
    }
    return String.join(", ", words);
  }

  private static List<String> starts(InitConfig init, InitialWeights weights) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < init.rules().size(); i++) {
      InitRule rule = init.rules().get(i);
      String how = ConfigWriter.words(rule.kind());
      words.add(
          "%s for %s (%s)".formatted(how, Counts.of(weights.count(i), "parameter"), rule.words()));
    }
    words.add(ConfigWriter.words(init.kind()) + (words.isEmpty() ? "" : " for the rest"));
    List<String> left = weights.asConfigured();
    if (!left.isEmpty() && init.kind().resetsBiases()) {
      String which = left.size() > 3 ? Counts.of(left.size(), "weight") : String.join(", ", left);
      words.add(which + " as configured");
    }
    return words;
  }

  static String augment(RunConfig config) {
    return config.augment().isEmpty()
        ? "nothing"
        : String.join(", ", config.augment().stream().map(ConfigWriter::words).toList());
  }

  static String optimizer(OptimizerConfig optimizer) {
    String decay =
        optimizer.weightDecay() == 0
            ? ", no decay"
            : ", %s %s of %s"
                .formatted(
                    optimizer.actingDecay() == Decay.L2 ? "L2" : "decoupled decay",
                    Schedule.text(optimizer.weightDecay()),
                    optimizer.decayBias()
                        ? "all parameters"
                        : "weights, not of biases and batch norm");
    return ConfigWriter.words(optimizer.kind()) + decay + clipping(optimizer);
  }

  private static String clipping(OptimizerConfig optimizer) {
    return (optimizer.clipNorm() == null
            ? ""
            : ", gradient clipped to norm " + Schedule.text(optimizer.clipNorm()))
        + (optimizer.clipValue() == null
            ? ""
            : ", its elements to " + Schedule.text(optimizer.clipValue()));
  }

  /** In what numbers workers compute, and by which kernels where executors are as this machine. */
  static String precision(TrainingConfig training) {
    Precision precision = training.precision();
    if (precision.isFull()) {
      return "fp32";
    }
    String kernels =
        NativePass.isNative(training.fastPath(), precision)
            ? "native, by AVX512_BF16"
            : "emulated: rounded around kernels of fp32, slower";
    String scale =
        precision
            .scaling()
            .map(first -> ", loss scaled by %s at first".formatted(Schedule.text(first.scale())))
            .orElse("");
    return "%s forward and backward, %s; weights, update, batch norm and loss in fp32%s"
        .formatted(precision.word(), kernels, scale);
  }

  /**
   * What is measured after each epoch, and whose weights are kept.
   *
   * @param examples examples of the split that the config names
   */
  static String evaluation(EvaluationConfig evaluation, long examples) {
    boolean measured = examples > 0 || !evaluation.metric().isOfValidation();
    String model =
        evaluation.keep() == EvaluationConfig.Keep.BEST && measured
            ? "model.zip is that of the best epoch by " + evaluation.metric().words()
            : "model.zip is that of the last epoch";
    return examples == 0
        ? "none, there is no %s split; %s".formatted(name(evaluation), model)
        : "after each epoch on %s, resized and cropped to %s of the short side; %s"
            .formatted(name(evaluation), Schedule.text(evaluation.cropShare()), model);
  }

  private static String name(EvaluationConfig evaluation) {
    return evaluation.split().name().toLowerCase(Locale.ROOT);
  }
}
