package io.millrace.recipe;

import io.millrace.model.ClassOutput;
import java.io.Serializable;
import java.util.List;

/**
 * What a run minimises, resolved on its classes. The canonical network keeps DL4J's cross entropy
 * on softmax; another loss is put into the copy of its configuration that a replica is made of.
 *
 * @param loss of one example
 * @param classWeights the weight of each class; empty where all are 1
 * @param distillation how a teacher's logits, behind the targets, count; null without a teacher
 */
public record Objective(Loss loss, List<Double> classWeights, Distillation distillation)
    implements Serializable {
  /** Soft-label cross entropy, as networks have it. */
  public static final Objective STOCK = new Objective(new CrossEntropy(), List.of());

  /** One without a teacher. */
  public Objective(Loss loss, List<Double> classWeights) {
    this(loss, classWeights, null);
  }

  /** Copies the weights. */
  public Objective {
    classWeights = List.copyOf(classWeights);
  }

  /** Whether a network's own output layer is left alone. */
  public boolean isStock() {
    return loss.isStock() && classWeights.isEmpty() && distillation == null;
  }

  /**
   * Refuses an output layer of another loss, which this one would silently take the place of.
   *
   * @throws IllegalArgumentException naming that layer
   */
  public void check(ClassOutput output) {
    if (!isStock() && !output.isSoftmaxCrossEntropy()) {
      throw new IllegalArgumentException(
          "Invalid loss: %s%s%s (must be plain cross entropy for a network with a loss of its own: %s)"
              .formatted(
                  loss,
                  classWeights.isEmpty() ? "" : " with class weights",
                  distillation == null ? "" : " with distillation",
                  output.words()));
    }
  }

  /** Sets what an output layer is trained by, in place; plain cross entropy leaves it alone. */
  public void train(ClassOutput output) {
    check(output);
    if (!isStock()) {
      output.train(new RowLoss(this));
    }
  }
}
