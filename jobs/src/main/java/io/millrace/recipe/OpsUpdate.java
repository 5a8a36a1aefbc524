package io.millrace.recipe;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The same as {@link HostUpdate}, in ops of the backend; any device, any type. */
final class OpsUpdate {
  private OpsUpdate() {}

  /** Updates elements {@code from .. to}. */
  static void update(
      UpdateStep step, INDArray weights, INDArray gradient, INDArray state, long from, long to) {
    INDArray w = run(weights, from, to);
    INDArray g = run(gradient, from, to);
    INDArray[] s = new INDArray[step.optimizer().stateVectors()];
    for (int i = 0; i < s.length; i++) {
      s[i] = run(state, i * weights.length() + from, i * weights.length() + to);
    }
    g.divi(step.examples());
    if (step.l2() != 0) {
      g.addi(w.mul(step.l2()));
    }
    step.optimizer().direction(g, w, s, step.now());
    if (step.decoupled() != 0) {
      g.addi(w.mul(step.decoupled()));
    }
    w.subi(g.muli(step.now().rate()));
  }

  private static INDArray run(INDArray vector, long from, long to) {
    return vector.reshape(vector.length()).get(NDArrayIndex.interval(from, to));
  }
}
