package io.millrace.replica;

import io.millrace.cluster.Broadcasts;
import io.millrace.model.ParameterLayout;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * All that a replica needs to make its teacher; the same for every round of a run.
 *
 * @param configuration of the network as JSON; its outputs are logits
 * @param parameters layout of its flat parameters
 * @param weights these parameters in slices, which reach an executor once a run
 * @param outputs for each class of the set the teacher's output
 * @param cacheBytes for logits of examples that were seen, on an executor; 0 keeps none
 */
public record TeacherSpec(
    String configuration,
    ParameterLayout parameters,
    Broadcast<byte[][]> weights,
    int[] outputs,
    long cacheBytes)
    implements Serializable, AutoCloseable {
  /** Rows of a pass, at most: more need memory and gain nothing. */
  private static final int MOST_ROWS = 64;

  /** Bytes of kept logits beside the floats: key, node of the map, header of the array. */
  private static final int OVERHEAD = 96;

  /** Rows of a pass: those of a minibatch, in as few equal parts as need be. */
  public static int rows(int batch) {
    int passes = (batch + MOST_ROWS - 1) / MOST_ROWS;
    return (batch + passes - 1) / passes;
  }

  /** Bytes that the logits of an example take. */
  public static long logitBytes(int classes) {
    return OVERHEAD + (long) Float.BYTES * classes;
  }

  /** Lets go of the weights everywhere; on the driver. */
  @Override
  public void close() {
    Broadcasts.destroy(weights);
  }
}
