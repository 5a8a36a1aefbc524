package io.millrace.report;

import io.millrace.dataset.InputConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.evaluate.ActivationMaps;
import io.millrace.image.PixelBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Activation maps as pictures, each behind its image: black is the least value of a map, white the
 * largest.
 */
public final class MapPictures {
  private MapPictures() {}

  /** The pictures of each image. */
  public static List<List<Thumbnail>> of(
      List<ActivationMaps> maps, PreparedDataset dataset, InputConfig input, double cropShare)
      throws IOException {
    List<List<Thumbnail>> all = new ArrayList<>();
    for (ActivationMaps each : maps) {
      List<Thumbnail> pictures = new ArrayList<>();
      all.add(pictures);
      byte[] image = Thumbnails.cropped(each.image(), input, cropShare);
      pictures.add(new Thumbnail(image, dataset.classes().get(each.label()), "image"));
      for (Map.Entry<String, ActivationMaps.Plane> layer : each.layers().entrySet()) {
        pictures.add(new Thumbnail(png(layer.getValue()), layer.getKey(), ""));
      }
    }
    return all;
  }

  private static byte[] png(ActivationMaps.Plane map) throws IOException {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : map.values()) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    PixelBuffer pixels = new PixelBuffer();
    pixels.reshape(map.height(), map.width(), 1);
    for (int i = 0; i < map.values().length; i++) {
      double share = most > least ? (map.values()[i] - least) / (most - least) : 0;
      pixels.data()[i] = (byte) Math.round(255 * share);
    }
    return Thumbnails.png(Thumbnails.picture(pixels));
  }
}
