package io.millrace.model.layers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The kernels of one layer, each made for one shape of images, [N, H, W, C]. */
final class KernelsByShape<K extends Freeable> implements Freeable {
  /** Minibatch, the last short one, evaluation, its last: more come only from changing images. */
  static final int KEPT = 8;

  private final Map<List<Long>, K> kernels = new HashMap<>();

  /** The kernel for these images, made where there is none. */
  K of(INDArray images, Supplier<K> make) {
    List<Long> shape = List.of(images.size(0), images.size(1), images.size(2));
    K kept = kernels.get(shape);
    if (kept == null) {
      if (kernels.size() >= KEPT) {
        free();
      }
      kept = make.get();
      kernels.put(shape, kept);
    }
    return kept;
  }

  /** Gives the native memory of all kernels back. */
  @Override
  public void free() {
    Freeable.all(kernels.values().toArray(Freeable[]::new));
    kernels.clear();
  }
}
