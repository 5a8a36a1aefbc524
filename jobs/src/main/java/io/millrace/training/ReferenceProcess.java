package io.millrace.training;

import io.millrace.config.FastPath;
import io.millrace.config.OptimizerConfig;
import io.millrace.config.OptimizerConfig.Kind;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.NativePass;
import io.millrace.model.layers.ParameterTable;
import io.millrace.recipe.Schedule;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One process that trains on the global batch: DL4J's gradient, and the optimiser written out once
 * more as a plain loop. Nothing of the trainer is in here, as it is what the trainer is held
 * against.
 */
final class ReferenceProcess {
  private final ComputationGraph net;
  private final ParameterTable table;
  private final OptimizerConfig optimizer;
  private final Schedule rate;
  private final boolean[] decayed;
  private final float[] weights;
  private final float[] velocity;
  private long update;

  /** Starts with the weights of {@code canonical}, which stays as it is. */
  ReferenceProcess(
      ComputationGraph canonical, FastPath fastPath, OptimizerConfig optimizer, Schedule rate) {
    AcceleratedNetwork accelerated = NativePass.network(canonical.getConfiguration(), fastPath);
    this.net = accelerated.network();
    this.table = accelerated.table(ParameterLayout.of(canonical), net);
    this.optimizer = optimizer;
    this.rate = rate;
    table.toReplica(canonical.params(), net.params());
    ParameterLayout layout = ParameterLayout.of(net);
    this.weights = net.params().dup().data().asFloat();
    this.velocity = new float[weights.length];
    this.decayed = new boolean[weights.length];
    for (ParameterSlot slot : layout.slots()) {
      for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
        decayed[(int) i] = slot.kind() == ParameterSlot.Kind.WEIGHT || optimizer.decayBias();
      }
    }
    net.initGradientsView();
  }

  /** One update on one global batch. */
  void update(DataSet batch) {
    net.setInputs(batch.getFeatures());
    net.setLabels(batch.getLabels());
    net.computeGradientAndScore();
    float[] gradient = net.getGradientsViewArray().dup().data().asFloat();
    float mu = (float) optimizer.momentum();
    float step = (float) rate.rate(update++);
    for (int i = 0; i < weights.length; i++) {
      float l2 = decayed[i] ? (float) optimizer.weightDecay() : 0;
      float g = gradient[i] / batch.numExamples() + l2 * weights[i];
      if (optimizer.kind() == Kind.SGD) {
        weights[i] -= step * g;
      } else {
        velocity[i] = mu * velocity[i] + g;
        weights[i] -=
            step * (optimizer.kind() == Kind.NESTEROV ? g + mu * velocity[i] : velocity[i]);
      }
    }
    net.params().assign(Nd4j.createFromArray(weights).reshape(net.params().shape()));
    net.clearLayersStates();
  }

  /** The weights in canonical order. */
  INDArray weights() {
    INDArray canonical = net.params().dup();
    table.toCanonical(net.params(), canonical);
    return canonical;
  }
}
