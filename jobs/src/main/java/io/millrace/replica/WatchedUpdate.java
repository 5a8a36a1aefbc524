package io.millrace.replica;

import io.millrace.backend.HostAccess;
import io.millrace.diagnostics.StepMeter;
import io.millrace.model.layers.ParameterTable;
import io.millrace.wire.Elements;
import io.millrace.wire.Measures;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The first update of a round on a replica, as diagnostics read it: its weights before are those
 * that came down.
 *
 * @param before master weights in slices
 * @param to what is read is added to it
 */
public record WatchedUpdate(byte[][] before, Measures to) {
  /**
   * Reads the gradient, lets the update be made, and reads what became of the weights.
   *
   * @param table where canonical parameters lie in the replica's vectors
   * @param gradient summed over the examples
   * @param weights which the update changes
   */
  void make(
      StepMeter meter,
      ParameterTable table,
      INDArray gradient,
      INDArray weights,
      long examples,
      Runnable update) {
    Elements master = Elements.of(before);
    try (HostAccess access = HostAccess.reading(gradient)) {
      to.add(meter.gradient(canonical(table, access), master, examples));
    }
    update.run();
    try (HostAccess access = HostAccess.reading(weights)) {
      to.add(meter.update(master, canonical(table, access)));
    }
  }

  private static Elements canonical(ParameterTable table, HostAccess access) {
    FloatBuffer floats = access.floats();
    return new Elements() {
      @Override
      public void get(long at, float[] to, int n) {
        table.visit(
            at, n, (done, replica, count) -> floats.get(Math.toIntExact(replica), to, done, count));
      }

      @Override
      public void put(long at, float[] from, int n) {
        throw new UnsupportedOperationException("diagnostics write nothing");
      }
    };
  }
}
