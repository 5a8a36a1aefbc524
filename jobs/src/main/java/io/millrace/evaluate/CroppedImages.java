package io.millrace.evaluate;

import io.millrace.image.ImageInput;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ModelInput;

/** From an encoded image to the network's input, as evaluation and prediction see it. */
public record CroppedImages(
    double cropShare, int height, int width, int channels, float[] mean, float[] deviation)
    implements ImageInput {
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

  @Override
  public ImagePipeline pipeline() {
    return ImagePipeline.evaluation(cropShare, height, width, channels, mean, deviation);
  }

  @Override
  public int size() {
    return height * width * channels;
  }
}
