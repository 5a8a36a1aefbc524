package io.millrace.evaluate;

import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ParameterLayout;
import java.io.Serializable;
import java.util.List;

/**
 * All that a task needs to know, but for the weights. Serializable.
 *
 * @param blocks blocks of the split
 * @param reader reader of these blocks; serializable
 * @param images what happens to one image
 * @param classes classes of the network
 * @param batch examples of one forward pass
 * @param network the canonical network
 */
record EvaluationSpec(
    List<Block> blocks, BlockReader reader, Images images, int classes, int batch, Network network)
    implements Serializable {

  /** From an encoded image to the network's input. */
  record Images(
      double cropShare, int height, int width, int channels, float[] mean, float[] deviation)
      implements Serializable {
    ImagePipeline pipeline() {
      return ImagePipeline.evaluation(cropShare, height, width, channels, mean, deviation);
    }

    int size() {
      return height * width * channels;
    }
  }

  /**
   * The network of a run.
   *
   * @param json its configuration
   * @param layout its parameters
   * @param fastPath whether to run it on native layers
   */
  record Network(String json, ParameterLayout layout, boolean fastPath) implements Serializable {}
}
