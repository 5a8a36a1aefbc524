package io.millrace.replica;

import io.millrace.backend.HostAccess;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.ParameterTable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trunk that gives its outputs for images. Passes have always the same number of rows, so that
 * features of an image do not hang on how many others there are. On its replica's thread.
 */
public final class FeatureNetwork implements LeasedNetwork {
  private final FeatureSpec spec;
  private final Trunk trunk;
  private INDArray images;
  private Object held;

  FeatureNetwork(FeatureSpec spec) {
    this.spec = spec;
    this.trunk = spec.trunk().orElseThrow();
  }

  /**
   * Copies weights in, unless those of that name are in place.
   *
   * @param still what is not trained, in slices
   */
  public void load(Object name, byte[][] still) {
    if (!name.equals(held)) {
      ParameterLayout part = spec.still().part();
      ReplicaNetwork.load(still, 0, ParameterTable.ofShared(part, trunk.layout()), trunk.weights());
      held = name;
    }
  }

  /**
   * Appends the features of some images, each {@link FeatureShape#bytes} long.
   *
   * @param shape what they are, as the driver has found it
   * @param count images, at most those of a pass
   * @param pixels writes them, [N, H, W, C]
   */
  public void features(FeatureShape shape, int count, Consumer<FloatBuffer> pixels, ByteBuffer to) {
    if (images == null) {
      images = spec.images(spec.rows());
    }
    try (HostAccess access = HostAccess.writing(images)) {
      pixels.accept(access.floats());
    }
    INDArray[] outputs = trunk.outputs(images.permute(0, 3, 1, 2));
    try {
      shape.encode(outputs, count, to);
    } finally {
      trunk.close(outputs);
    }
  }

  /** Gives back the memory of passes; the weights stay. */
  @Override
  public void rest() {
    trunk.rest();
    closeImages();
  }

  @Override
  public void close() {
    trunk.close();
    closeImages();
  }

  private void closeImages() {
    if (images != null) {
      images.close();
      images = null;
    }
  }
}
