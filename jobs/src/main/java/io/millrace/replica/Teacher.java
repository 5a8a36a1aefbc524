package io.millrace.replica;

import io.millrace.backend.HostAccess;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.wire.WeightCodec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second network in inference mode on a replica's thread, whose logits of a minibatch become a
 * part of its targets. It lives and ends with the replica. Passes have always the same number of
 * rows, whatever the minibatch has, so that the logits of an example do not hang on its company.
 */
final class Teacher {
  private static final Logger LOG = LoggerFactory.getLogger(Teacher.class);

  private final String run;
  private final int[] outputs;
  private final int rows;
  private final ComputationGraph net;
  private final INDArray wide;
  private final LogitCache cache;
  private boolean keeps;
  private boolean tried;
  private INDArray memory;
  private INDArray input;

  /**
   * Makes the network.
   *
   * @param batch examples of a minibatch, at most
   */
  Teacher(TeacherSpec spec, String run, int batch, FastPath fastPath) {
    this.run = run;
    outputs = spec.outputs();
    rows = TeacherSpec.rows(batch);
    AcceleratedNetwork accelerated =
        NativePass.network(ComputationGraphConfiguration.fromJson(spec.configuration()), fastPath);
    net = accelerated.network();
    try (INDArray canonical =
        WeightCodec.array(spec.weights().value(), spec.parameters().length())) {
      accelerated.table(spec.parameters(), net).toReplica(canonical, net.params());
    }
    wide = Nd4j.createUninitializedDetached(DataType.FLOAT, batch, 2L * outputs.length);
    keeps = spec.cacheBytes() > 0;
    cache = keeps ? LogitCache.join(run, spec.cacheBytes(), outputs.length) : null;
  }

  /**
   * The minibatch with the teacher's logits behind its targets, [N, 2 K]; valid until the next
   * call.
   */
  DataSet teach(DataSet minibatch) {
    return behind(
        minibatch, logits(minibatch.getFeatures(), ids(minibatch), minibatch.numExamples()));
  }

  /** The same with zeros for logits, where the loss is of no account. */
  DataSet keepSilent(DataSet minibatch) {
    return behind(minibatch, new float[minibatch.numExamples()][outputs.length]);
  }

  private DataSet behind(DataSet minibatch, float[][] logits) {
    INDArray targets = minibatch.getLabels();
    INDArray labels = wide.get(NDArrayIndex.interval(0, logits.length), NDArrayIndex.all());
    try (HostAccess from = HostAccess.reading(targets);
        HostAccess to = HostAccess.writing(labels)) {
      FloatBuffer hard = from.floats();
      FloatBuffer both = to.floats();
      float[] row = new float[outputs.length];
      for (int i = 0; i < logits.length; i++) {
        for (int k = 0; k < row.length; k++) {
          row[k] = hard.get((int) (i * targets.stride(0) + k * targets.stride(1)));
        }
        both.put(row).put(logits[i]);
      }
    }
    return new DataSet(minibatch.getFeatures(), labels);
  }

  /** The ids of the examples, null where nobody says them; others have metadata of their own. */
  private static List<?> ids(DataSet minibatch) {
    List<?> said = minibatch.getExampleMetaData();
    return said != null && said.stream().allMatch(Long.class::isInstance) ? said : null;
  }

  private float[][] logits(INDArray features, List<?> ids, int count) {
    if (input == null) {
      allocate(features);
    }
    if (keeps && ids != null) {
      tryOnce(features);
    }
    return keeps && ids != null
        ? kept(features, ids, count)
        : passes(features, IntStream.range(0, count).toArray());
  }

  private float[][] kept(INDArray features, List<?> ids, int count) {
    float[][] logits = new float[count][];
    for (int i = 0; i < count; i++) {
      logits[i] = cache.get((Long) ids.get(i));
    }
    int[] missing = IntStream.range(0, count).filter(i -> logits[i] == null).toArray();
    float[][] made = passes(features, missing);
    for (int m = 0; m < missing.length; m++) {
      logits[missing[m]] = made[m];
      cache.put((Long) ids.get(missing[m]), made[m]);
    }
    return logits;
  }

  /**
   * Logits can be kept only where a row's do not hang on its place among the others. No library
   * promises that, so it is looked at once.
   */
  private void tryOnce(INDArray features) {
    if (tried) {
      return;
    }
    tried = true;
    int count = (int) Math.min(rows, features.size(0));
    float[][] straight = passes(features, IntStream.range(0, count).toArray());
    float[][] reversed =
        passes(features, IntStream.range(0, count).map(i -> count - 1 - i).toArray());
    for (int i = 0; i < count; i++) {
      if (!Arrays.equals(straight[i], reversed[count - 1 - i])) {
        LOG.warn(
            "The teacher's logits are not kept: those of an example change with its place in a"
                + " pass");
        keeps = false;
        return;
      }
    }
  }

  /** The logits of some rows, in the order of the set's classes. */
  private float[][] passes(INDArray features, int[] which) {
    float[][] logits = new float[which.length][];
    for (int from = 0; from < which.length; from += rows) {
      int to = Math.min(which.length, from + rows);
      for (int i = from; i < to; i++) {
        input.slice(i - from).assign(features.slice(which[i]));
      }
      try (INDArray output = net.output(false, input)[0];
          HostAccess access = HostAccess.reading(output)) {
        FloatBuffer all = access.floats();
        for (int i = from; i < to; i++) {
          logits[i] = row(all, output, i - from);
        }
      }
    }
    return logits;
  }

  private float[] row(FloatBuffer elements, INDArray output, int row) {
    float[] logits = new float[outputs.length];
    for (int k = 0; k < logits.length; k++) {
      logits[k] = elements.get((int) (row * output.stride(0) + outputs[k] * output.stride(1)));
    }
    return logits;
  }

  /** Images lie as the feed's do, with channels last, which native layers take as they are. */
  private void allocate(INDArray features) {
    long[] shape = features.shape().clone();
    shape[0] = rows;
    if (shape.length == 4) {
      memory = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, shape[2], shape[3], shape[1]);
      input = memory.permute(0, 3, 1, 2);
    } else {
      memory = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
      input = memory;
    }
    memory.assign(0);
  }

  /** Gives all native memory back; to be called on the replica's thread. */
  void close() {
    if (cache != null) {
      LogitCache.leave(run);
    }
    wide.close();
    if (memory != null) {
      memory.close();
    }
    NativeMemory.free(net);
  }
}
