package io.millrace.plan;

import io.millrace.config.ConfigWriter;
import io.millrace.epoch.LossConfig;
import io.millrace.minibatch.LabelSmoothing.Among;
import io.millrace.model.ClassOutput;
import io.millrace.recipe.Distillation;
import io.millrace.recipe.Schedule;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;

/** What a config says of the loss and its targets, in words. */
final class LossWords {
  private LossWords() {}

  /**
   * What is minimised on which targets.
   *
   * @param output the network's own
   */
  static String of(LossConfig loss, ClassOutput output) {
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
      if (!loss.kind().wordsOfMixed().isEmpty()) {
        words.add(loss.kind().wordsOfMixed());
      }
    }
    Distillation distillation = loss.distillation().distillation();
    if (distillation != null) {
      words.add(
          "%s of it and %s of distillation at temperature %s, whose value holds its square times the teacher's entropy"
              .formatted(
                  Schedule.text(distillation.hardWeight()),
                  Schedule.text(1 - distillation.hardWeight()),
                  Schedule.text(distillation.temperature())));
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
}
