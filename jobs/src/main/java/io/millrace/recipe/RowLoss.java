package io.millrace.recipe;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * An {@link Objective} as DL4J's output layer asks for it: for each row the loss and its gradient
 * by the logits, in double. Nothing is divided by the rows, which the layer and the update do. What
 * the layer makes of its logits, softmax, is left aside: losses are functions of logits. Targets
 * are [N, K]; with a teacher [N, 2 K], its logits behind the targets. Lives in a replica's copy of
 * a configuration and is never saved.
 */
final class RowLoss implements ILossFunction {
  private static final long serialVersionUID = 1;

  private final Objective objective;

  RowLoss(Objective objective) {
    this.objective = objective;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
    double sum = 0;
    for (double loss : rows(labels, logits, mask, null)) {
      sum += loss;
    }
    return average ? sum / logits.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
    return Nd4j.createFromArray(rows(labels, logits, mask, null))
        .castTo(DataType.FLOAT)
        .reshape(logits.size(0), 1);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
    INDArray gradient = Nd4j.createUninitialized(DataType.FLOAT, logits.shape(), 'c');
    rows(labels, logits, mask, gradient);
    return gradient;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, logits, activation, mask, average),
        computeGradient(labels, logits, activation, mask));
  }

  @Override
  public String name() {
    return objective.loss().toString();
  }

  /** The loss of each row; with an array for it, [N, K], also the gradient. */
  private double[] rows(INDArray labels, INDArray logits, INDArray mask, INDArray gradient) {
    int classes = Math.toIntExact(logits.size(1));
    refuse(labels, logits, mask);
    double[] weights = weights(classes);
    double[] losses = new double[Math.toIntExact(logits.size(0))];
    double[] slope = new double[classes];
    double[] z = new double[classes];
    double[] t = new double[classes];
    double[] teacher = new double[classes];
    Distillation distillation = objective.distillation();
    try (HostAccess ofLabels = HostAccess.reading(labels);
        HostAccess ofLogits = HostAccess.reading(logits);
        HostAccess ofGradient = gradient == null ? null : HostAccess.writing(gradient)) {
      FloatBuffer targets = ofLabels.floats();
      FloatBuffer outputs = ofLogits.floats();
      FloatBuffer slopes = ofGradient == null ? null : ofGradient.floats();
      for (int row = 0; row < losses.length; row++) {
        read(targets, labels, row, 0, t);
        read(outputs, logits, row, 0, z);
        losses[row] = objective.loss().of(t, z, weights, slope);
        if (distillation != null) {
          read(targets, labels, row, classes, teacher);
          losses[row] = distillation.of(losses[row], teacher, z, slope);
        }
        for (int k = 0; slopes != null && k < classes; k++) {
          slopes.put((float) slope[k]);
        }
      }
    }
    return losses;
  }

  private void refuse(INDArray labels, INDArray logits, INDArray mask) {
    if (mask != null) {
      throw new IllegalArgumentException("Cannot train by this loss: examples are masked");
    }
    long[] needed = logits.shape().clone();
    needed[1] *= objective.distillation() == null ? 1 : 2;
    if (!Arrays.equals(labels.shape(), needed)) {
      throw new IllegalArgumentException(
          "Cannot train on targets of shape %s (must be %s)"
              .formatted(Arrays.toString(labels.shape()), Arrays.toString(needed)));
    }
  }

  private double[] weights(int classes) {
    double[] weights = new double[classes];
    if (objective.classWeights().isEmpty()) {
      Arrays.fill(weights, 1);
      return weights;
    }
    return objective.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** A row of an array whose elements lie in one stretch, in whichever order. */
  private static void read(FloatBuffer elements, INDArray array, int row, int column, double[] to) {
    int stride = Math.toIntExact(array.stride(1));
    int start = Math.toIntExact(row * array.stride(0) + column * array.stride(1));
    for (int k = 0; k < to.length; k++) {
      to[k] = elements.get(start + k * stride);
    }
  }
}
