package io.millrace.evaluate;

import io.millrace.image.ImagePipeline;
import io.millrace.model.ModelInput;
import java.io.Serializable;

/** From an encoded image to the network's input, as evaluation and prediction see it. */
public record CroppedImages(
    double cropShare, int height, int width, int channels, float[] mean, float[] deviation)
    implements Serializable {
  /** What a model takes. */
  public static CroppedImages of(ModelInput input) {
    return new CroppedImages(
        input.cropShare(),
        input.height(),
        input.width(),
        input.channels(),
        input.means(),
        input.deviations());
  }

  /** A pipeline for one thread, to be closed. */
  public ImagePipeline pipeline() {
    return ImagePipeline.evaluation(cropShare, height, width, channels, mean, deviation);
  }

  /** Numbers of one image. */
  public int size() {
    return height * width * channels;
  }
}
