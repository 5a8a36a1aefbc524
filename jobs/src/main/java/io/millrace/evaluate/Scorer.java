package io.millrace.evaluate;

import io.millrace.backend.HostAccess;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.image.ImagePipeline;
import io.millrace.replica.LeasedNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One network in inference mode. Runs on executors. */
final class Scorer implements LeasedNetwork {
  private final InferenceNetwork net;
  private final FeatureHead head;
  private InputArray input;
  private FeatureInput features;

  Scorer(EvaluationSpec.Network network) {
    var canonical = ComputationGraphConfiguration.fromJson(network.json());
    head = network.head();
    net =
        head == null
            ? new InferenceNetwork(canonical, network.layout(), network.fastPath(), network.folds())
            : InferenceNetwork.above(
                canonical, network.layout(), network.fastPath(), head.frozen());
  }

  /** Copies weights in, unless the weights of that name are in place. */
  void load(Object name, byte[][] weights) {
    net.load(name, weights);
  }

  /** Reads a block and scores it, {@code spec.batch()} rows at a time, in its own order. */
  List<Outcome> score(EvaluationSpec spec, int block) throws IOException {
    EncodedBlock rows = spec.reader().read(spec.blocks().get(block));
    List<Outcome> outcomes = new ArrayList<>(rows.rows());
    try (ImagePipeline pipeline = spec.images().pipeline()) {
      for (int from = 0; from < rows.rows(); from += spec.batch()) {
        int to = Math.min(rows.rows(), from + spec.batch());
        score(spec, rows, from, to, pipeline, outcomes);
      }
    } catch (InputArray.UnreadableRowException e) {
      Block place = spec.blocks().get(block);
      throw new IOException(
          "Cannot evaluate an image: %s (file %s, block %d, row %d)"
              .formatted(e.getMessage(), place.file(), place.rowGroup(), e.row()),
          e);
    }
    return outcomes;
  }

  /** Gives back the native memory of forward passes, which training needs; the weights stay. */
  @Override
  public void rest() {
    net.rest();
    closeInput();
  }

  @Override
  public void close() {
    net.close();
    closeInput();
  }

  private void closeInput() {
    if (input != null) {
      input.close();
      input = null;
    }
    if (features != null) {
      features.close();
      features = null;
    }
  }

  /** Whether {@link #close} was called. */
  boolean isClosed() {
    return net.isClosed();
  }

  private void score(
      EvaluationSpec spec,
      EncodedBlock rows,
      int from,
      int to,
      ImagePipeline pipeline,
      List<Outcome> outcomes) {
    try (INDArray output = output(spec, rows, from, to, pipeline);
        INDArray rowMajor = output.dup('c');
        HostAccess access = HostAccess.reading(rowMajor)) {
      spec.requireClasses(rowMajor.length(), to - from);
      FloatBuffer probabilities = access.floats();
      for (int row = from; row < to; row++) {
        outcomes.add(
            Outcome.of(
                rows.ids()[row],
                spec.labels()[rows.labels()[row]],
                probabilities,
                (row - from) * spec.classes(),
                spec.classes()));
      }
    }
  }

  private INDArray output(
      EvaluationSpec spec, EncodedBlock rows, int from, int to, ImagePipeline pipeline) {
    if (head == null) {
      if (input == null) {
        input = new InputArray(spec.images(), spec.batch());
      }
      return net.outputs(input.of(rows, from, to, pipeline))[0];
    }
    if (features == null) {
      features = new FeatureInput(head.shape(), spec.batch());
    }
    INDArray[] fed = features.of(rows, from, to);
    try {
      return net.outputs(fed)[0];
    } finally {
      features.free(fed);
    }
  }
}
