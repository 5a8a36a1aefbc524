package io.millrace.plan;

import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.epoch.LossConfig;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.minibatch.LabelSmoothing.Among;
import io.millrace.model.ClassOutput;
import io.millrace.recipe.Clip;
import io.millrace.recipe.Decay;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Schedule;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a config says of the recipe, in words: a line each for what plan has no figures of. */
final class RecipeWords {
  private RecipeWords() {}

  static String init(RunConfig config) {
    var model = config.model();
    if (!config.init().equals("kaiming")) {
      return "the weights of " + config.init();
    }
    return model.zeroGamma() && model.configuration() == null
        ? "kaiming, the last gamma of each residual block 0"
        : "kaiming";
  }

  static String augment(RunConfig config) {
    return config.augment().isEmpty()
        ? "nothing"
        : String.join(", ", config.augment().stream().map(ConfigWriter::words).toList());
  }

  static String optimizer(OptimizerConfig optimizer) {
    String decay =
        optimizer.weightDecay() == 0
            ? ", no L2"
            : ", %s %s of %s"
                .formatted(
                    optimizer.actingDecay() == Decay.L2 ? "L2" : "decoupled decay",
                    Schedule.text(optimizer.weightDecay()),
                    optimizer.decayBias()
                        ? "all parameters"
                        : "weights, not of biases and batch norm");
    boolean exact = optimizer.kind().isLinear() && optimizer.clip().equals(Clip.NONE);
    return ConfigWriter.words(optimizer.kind())
        + decay
        + (exact ? "" : "; averaged workers are close to one process, not equal to it");
  }

  /**
   * What is minimised on which targets.
   *
   * @param output the network's own
   */
  static String loss(LossConfig loss, ClassOutput output) {
    List<String> words = new ArrayList<>();
    if (!loss.kind().isStock()) {
      words.add(ConfigWriter.words(loss.kind()));
    } else if (output.isSoftmaxCrossEntropy()) {
      words.add("cross entropy");
    } else {
      words.add("the network's own, " + output.words());
    }
    if (loss.kind().isOfSigmoids()) {
      words.add("models give the softmax of their logits");
    }
    if (loss.classWeights() != null) {
      words.add("classes weighted by " + ConfigWriter.words(loss.classWeights()));
    }
    if (loss.labelSmoothing() > 0) {
      String others = loss.smoothingAmong() == Among.OTHERS ? ", among the other classes" : "";
      words.add("labels smoothed by " + Schedule.text(loss.labelSmoothing()) + others);
    }
    if (loss.mixing() != null) {
      words.add(mixing(loss));
    }
    return String.join(", ", words);
  }

  private static String mixing(LossConfig loss) {
    String always = loss.mixingProbability() == 1 ? "" : " in %s of the updates";
    String off = loss.mixingOffEpochs() == 0 ? "" : ", not in the last %s";
    return ConfigWriter.words(loss.mixing())
        + always.formatted(Schedule.text(loss.mixingProbability()))
        + off.formatted(Counts.of(loss.mixingOffEpochs(), "epoch"));
  }

  /**
   * What is measured after each epoch, and whose weights are kept.
   *
   * @param examples examples of the split that the config names
   */
  static String evaluation(EvaluationConfig evaluation, long examples) {
    if (examples == 0) {
      return "none, there is no %s split; model.zip is the last epoch's"
          .formatted(name(evaluation));
    }
    return "after each epoch on %s, resized and cropped to %s of the short side; model.zip is the %s epoch's"
        .formatted(
            name(evaluation),
            Schedule.text(evaluation.cropShare()),
            evaluation.keep().name().toLowerCase(Locale.ROOT));
  }

  private static String name(EvaluationConfig evaluation) {
    return evaluation.split().name().toLowerCase(Locale.ROOT);
  }
}
