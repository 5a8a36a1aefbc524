package io.millrace.report;

import io.millrace.image.PixelBuffer;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * The filters of a network's first convolution as pictures: 0 is the middle grey, the largest
 * weight by size of all filters black or white. Three input channels are red, green and blue; of
 * another number the mean is shown.
 */
public final class FilterPictures {
  private static final int MOST = 64;

  private FilterPictures() {}

  /** The first filters; none for a network without a plain convolution. */
  public static List<Thumbnail> of(
      ComputationGraphConfiguration network, ParameterLayout layout, WeightVector weights)
      throws IOException {
    List<Thumbnail> pictures = new ArrayList<>();
    for (ParameterSlot slot : layout.slots()) {
      Optional<ConvolutionLayer> first = convolution(network, slot);
      if (first.isPresent()) {
        float[] values = new float[(int) slot.length()];
        weights.get(slot.offset(), values);
        float largest = largest(values);
        int[] kernel = first.get().getKernelSize();
        int inputs = (int) first.get().getNIn();
        for (int filter = 0; filter < Math.min(MOST, first.get().getNOut()); filter++) {
          BufferedImage picture = picture(values, filter, inputs, kernel[0], kernel[1], largest);
          pictures.add(new Thumbnail(Thumbnails.png(picture), String.valueOf(filter + 1), ""));
        }
        return pictures;
      }
    }
    return pictures;
  }

  /** The convolution that a parameter is the weights of, [out, in, height, width]. */
  private static Optional<ConvolutionLayer> convolution(
      ComputationGraphConfiguration network, ParameterSlot slot) {
    return slot.kind() == Kind.WEIGHT
            && network.getVertices().get(slot.vertex()) instanceof LayerVertex vertex
            && vertex.getLayerConf().getLayer() instanceof ConvolutionLayer layer
            && slot.length()
                == layer.getNOut()
                    * layer.getNIn()
                    * layer.getKernelSize()[0]
                    * layer.getKernelSize()[1]
        ? Optional.of(layer)
        : Optional.empty();
  }

  private static float largest(float[] values) {
    float largest = Float.MIN_VALUE;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static BufferedImage picture(
      float[] values, int filter, int inputs, int height, int width, float largest) {
    int channels = inputs == 3 ? 3 : 1;
    PixelBuffer pixels = new PixelBuffer();
    pixels.reshape(height, width, channels);
    int plane = height * width;
    for (int at = 0; at < plane; at++) {
      for (int c = 0; c < channels; c++) {
        double value = 0;
        for (int in = c; in < inputs; in += channels) {
          value += values[(filter * inputs + in) * plane + at];
        }
        double level = 127.5 + 127.5 * value / largest * channels / inputs;
        pixels.data()[at * channels + c] = (byte) Math.round(level);
      }
    }
    return Thumbnails.picture(pixels);
  }
}
