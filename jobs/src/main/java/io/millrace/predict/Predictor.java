package io.millrace.predict;

import io.millrace.backend.HostAccess;
import io.millrace.evaluate.InferenceNetwork;
import io.millrace.evaluate.InputArray;
import io.millrace.replica.LeasedNetwork;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network that predicts, and the array that it is fed from. Runs on executors. */
final class Predictor implements LeasedNetwork {
  private final InferenceNetwork net;
  private final PredictNetwork network;
  private InputArray input;

  Predictor(InferenceNetwork net, PredictNetwork network) {
    this.net = net;
    this.network = network;
  }

  /** Copies weights in, unless the weights of that name are in place. */
  void load(Object name, byte[][] weights) {
    net.load(name, weights);
  }

  /**
   * What the network says of the images that a filler writes; nothing if it writes none.
   *
   * @param filler see {@link InputArray#fill}
   */
  Optional<Answers> answers(PredictSpec spec, ToIntFunction<FloatBuffer> filler) {
    if (input == null) {
      input = new InputArray(spec.images(), spec.batch());
    }
    INDArray images = input.fill(filler);
    if (images == null) {
      return Optional.empty();
    }
    if (network.layer() != null) {
      return Optional.of(shown(images));
    }
    try (INDArray output = net.outputs(images)[0]) {
      return Optional.of(new Answers(floats(output), null));
    }
  }

  /** Later layers may write over what a layer gives, so it is copied as it is made. */
  private Answers shown(INDArray images) {
    float[][] copies = new float[2][];
    net.show(
        images,
        (layer, output) -> {
          if (layer.equals(network.output())) {
            copies[0] = floats(output);
          }
          if (layer.equals(network.layer())) {
            copies[1] = floats(output);
          }
        });
    return new Answers(copies[0], copies[1]);
  }

  /** The elements in the order of the indices, the last fastest. */
  private static float[] floats(INDArray output) {
    try (INDArray copy = output.dup('c');
        HostAccess access = HostAccess.reading(copy)) {
      float[] values = new float[(int) copy.length()];
      access.floats().get(values);
      return values;
    }
  }

  /**
   * What the network says of some images.
   *
   * @param probabilities [N, K]
   * @param embeddings [N, ...] of the layer that is written; null for none
   */
  record Answers(float[] probabilities, float[] embeddings) {}

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
  }
}
