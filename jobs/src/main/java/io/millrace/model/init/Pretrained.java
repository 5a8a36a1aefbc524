package io.millrace.model.init;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Weights from a file: of a {@code model.zip}, a zip of DL4J 1.0.0-beta or later, safetensors, or
 * HDF5 of Keras 2, told by its bytes. All parameters of the network are looked for by name.
 *
 * @param path of the file
 * @param names whose names the arrays of a safetensors file have
 * @param strict whether every parameter has to be there in its shape, and nothing else; if not,
 *     what is missing starts as usual, what is left over is left out, and a head for other classes
 *     starts anew but for the classes that both know by name. All of that is said
 * @param normalization what the weights expect; null for what the file says, or that of the set
 */
@Named(value = "pretrained", doc = "The weights of a file.")
public record Pretrained(
    @Key(
            doc =
                "Path of a model.zip, a zip of DL4J 1.0.0-beta to M2.1, a safetensors file, or HDF5 of Keras 2.")
        String path,
    @Key(
            doc =
                "Whose names a safetensors file has; own are layer.parameter, as Millrace writes them.",
            value = "own")
        WeightNames names,
    @Key(
            doc =
                "Refuse a file that lacks a parameter or has another; if not, these are listed, and a head for other classes keeps the rows of those it knows by name.",
            value = "true")
        boolean strict,
    @Key(
            doc =
                "Mean and deviation that the weights expect: imagenet, or inception (0.5 and 0.5); null for those in the file, else those of the set.",
            value = "null")
        InputStatistics normalization)
    implements Initializer {
  /** The file gives the weights, not this. */
  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    throw new IllegalStateException("The weights of " + path + " were asked of their initialiser");
  }

  @Override
  public boolean takes(WeightShape shape) {
    return false;
  }
}
