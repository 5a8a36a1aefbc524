package io.millrace.verify;

import io.millrace.exchange.Wire;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativePass;
import io.millrace.model.layers.ParameterTable;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.SwatsSwitch;
import io.millrace.recipe.UpdateRule;
import io.millrace.wire.Bfloat16;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One process that trains on the global batch: DL4J's gradient and the recipe's rule, whose formula
 * its own tests hold against PyTorch's. Nothing of averaging is in here, as it is what averaging is
 * held against.
 */
final class ReferenceProcess {
  private final ComputationGraph net;
  private final ParameterLayout layout;
  private final ParameterTable table;
  private final Pace pace;
  private final UpdateRule rule;
  private final Wire wire;
  private final INDArray state;
  private long update;
  private double farthest;

  /**
   * Starts with the weights of {@code canonical}, which stays as it is.
   *
   * @param wire how wide an element is of a share's gradient
   */
  ReferenceProcess(ComputationGraph canonical, FastPath fastPath, Recipe recipe, Wire wire) {
    this.wire = wire;
    AcceleratedNetwork accelerated = NativePass.network(canonical.getConfiguration(), fastPath);
    this.net = accelerated.network();
    this.layout = ParameterLayout.of(net);
    this.table = accelerated.table(ParameterLayout.of(canonical), net);
    this.pace = new Pace(recipe);
    this.rule = recipe.rule(layout);
    long elements = rule.stateLength(layout);
    this.state = elements == 0 ? null : Nd4j.zeros(DataType.FLOAT, elements);
    table.toReplica(canonical.params(), net.params());
    net.initGradientsView();
  }

  /** One update on one global batch. */
  void update(DataSet batch) {
    apply(gradient(batch), batch.numExamples());
  }

  /**
   * One update by the sum of the gradients of shares, in double and in their order, each as wide as
   * it travels.
   *
   * @param batch the same examples, undivided
   */
  void update(List<DataSet> shares, DataSet batch) {
    double[] sum = new double[(int) layout.length()];
    double[] sent = new double[sum.length];
    for (DataSet share : shares) {
      float[] gradient = gradient(share).toFloatVector();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += gradient[i];
        sent[i] += sent(gradient[i]);
      }
    }
    INDArray undivided = gradient(batch).dup();
    INDArray gradient = net.getGradientsViewArray();
    put(sum, gradient);
    double apart = gradient.distance2(undivided) / undivided.norm2Number().doubleValue();
    farthest = Math.max(farthest, apart);
    put(sent, gradient);
    apply(gradient, batch.numExamples());
  }

  private float sent(float element) {
    return wire == Wire.BF16 ? Bfloat16.widen(Bfloat16.round(element)) : element;
  }

  private static void put(double[] values, INDArray into) {
    for (int i = 0; i < values.length; i++) {
      into.putScalar(i, (float) values[i]);
    }
  }

  /** The gradient, summed over the examples. */
  private INDArray gradient(DataSet batch) {
    net.setInputs(batch.getFeatures());
    net.setLabels(batch.getLabels());
    net.computeGradientAndScore();
    net.clearLayersStates();
    return net.getGradientsViewArray();
  }

  private void apply(INDArray gradient, int examples) {
    INDArray before = net.params().dup();
    INDArray stateBefore = state == null ? null : state.dup();
    rule.apply(layout, net.params(), gradient, state, examples, pace.moments(update, update + 1));
    pace.watching(update).ifPresent(each -> look(each, before, stateBefore));
    update++;
  }

  /** Shows the step to an optimiser that becomes another one. */
  private void look(SwatsSwitch watching, INDArray before, INDArray stateBefore) {
    double left = watching.left(1);
    double pp = 0;
    double pg = 0;
    for (long i = 0; i < layout.length(); i++) {
      double p = (double) net.params().getFloat(i) - before.getFloat(i);
      pp += p * p;
      pg += p * (state.getFloat(i) - left * stateBefore.getFloat(i)) / (1 - left);
    }
    if (watching.roundEnded(pp, pg, 1, pace.scheduled(update))) {
      state.assign(0);
    }
  }

  /**
   * How far the summed gradient of shares was from the undivided batch's, at most, before it was
   * rounded to travel: the norm of the difference over the norm.
   */
  double farthestGradient() {
    return farthest;
  }

  /** The weights in canonical order. */
  INDArray weights() {
    INDArray canonical = net.params().dup();
    table.toCanonical(net.params(), canonical);
    return canonical;
  }
}
