package io.millrace.verify;

import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativePass;
import io.millrace.model.layers.ParameterTable;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRule;
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
  private final Recipe recipe;
  private final UpdateRule rule;
  private final INDArray state;
  private long update;

  /** Starts with the weights of {@code canonical}, which stays as it is. */
  ReferenceProcess(ComputationGraph canonical, FastPath fastPath, Recipe recipe) {
    AcceleratedNetwork accelerated = NativePass.network(canonical.getConfiguration(), fastPath);
    this.net = accelerated.network();
    this.layout = ParameterLayout.of(net);
    this.table = accelerated.table(ParameterLayout.of(canonical), net);
    this.recipe = recipe;
    this.rule = recipe.rule(layout);
    long elements = rule.stateLength(layout);
    this.state = elements == 0 ? null : Nd4j.zeros(DataType.FLOAT, elements);
    table.toReplica(canonical.params(), net.params());
    net.initGradientsView();
  }

  /** One update on one global batch. */
  void update(DataSet batch) {
    net.setInputs(batch.getFeatures());
    net.setLabels(batch.getLabels());
    net.computeGradientAndScore();
    INDArray gradient = net.getGradientsViewArray();
    rule.apply(
        layout,
        net.params(),
        gradient,
        state,
        batch.numExamples(),
        recipe.moments(update, update + 1));
    update++;
    net.clearLayersStates();
  }

  /** The weights in canonical order. */
  INDArray weights() {
    INDArray canonical = net.params().dup();
    table.toCanonical(net.params(), canonical);
    return canonical;
  }
}
