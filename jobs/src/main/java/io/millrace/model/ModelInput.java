package io.millrace.model;

import static io.millrace.model.ModelCard.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an image becomes before a network sees it: resized so that a centre crop of {@code height x
 * width} keeps {@code cropShare} of the tight side, cropped, on the scale of {@code range}, and
 * {@code (pixel - mean) / deviation} by channel.
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels 1 or 3
 * @param layout order of the axes: NCHW
 * @param channelOrder RGB, or grey
 * @param range value of black and of white before the mean is subtracted: 0 and 1
 * @param mean one value a channel, on that scale
 * @param deviation one value a channel, on that scale
 * @param resize how pixels are made: antialiased bilinear
 * @param cropShare share of the tight side that the crop keeps
 */
public record ModelInput(
    int height,
    int width,
    int channels,
    String layout,
    String channelOrder,
    List<Double> range,
    List<Float> mean,
    List<Float> deviation,
    String resize,
    double cropShare) {
  private static final int MAX_SIDE = 1 << 16;
  private static final String LAYOUT = "NCHW";
  private static final List<Double> RANGE = List.of(0.0, 1.0);
  private static final String RESIZE = "antialiased bilinear";

  /** Checks all values, which may come from a file of anybody. */
  public ModelInput {
    require(height > 0 && height <= MAX_SIDE, "input.height", height, "1 to " + MAX_SIDE);
    require(width > 0 && width <= MAX_SIDE, "input.width", width, "1 to " + MAX_SIDE);
    require(channels == 1 || channels == 3, "input.channels", channels, "1 or 3");
    require(LAYOUT.equals(layout), "input.layout", layout, LAYOUT);
    String order = order(channels);
    require(order.equals(channelOrder), "input.channel_order", channelOrder, order);
    require(RANGE.equals(range), "input.range", range, RANGE.toString());
    require(RESIZE.equals(resize), "input.resize", resize, RESIZE);
    require(cropShare > 0 && cropShare <= 1, "input.crop_share", cropShare, "above 0, at most 1");
    String values = channels + " finite values";
    require(finite(mean, channels), "input.mean", mean, values);
    require(
        finite(deviation, channels) && deviation.stream().allMatch(each -> each > 0),
        "input.deviation",
        deviation,
        values + " above 0");
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  /** The input of a network, in the one layout and order that there is. */
  public static ModelInput of(ImageShape shape, float[] mean, float[] deviation, double cropShare) {
    return new ModelInput(
        shape.height(),
        shape.width(),
        shape.channels(),
        LAYOUT,
        order(shape.channels()),
        RANGE,
        list(mean),
        list(deviation),
        RESIZE,
        cropShare);
  }

  /** The same images, normalised by other values. */
  public ModelInput normalisedBy(float[] otherMean, float[] otherDeviation) {
    return of(new ImageShape(height, width, channels), otherMean, otherDeviation, cropShare);
  }

  /** Whether pixels are normalised by just these values. */
  public boolean isNormalisedBy(float[] otherMean, float[] otherDeviation) {
    return mean.equals(list(otherMean)) && deviation.equals(list(otherDeviation));
  }

  /** The mean of each channel. */
  public float[] means() {
    return array(mean);
  }

  /** The deviation of each channel. */
  public float[] deviations() {
    return array(deviation);
  }

  /** Mean and deviation in words. */
  public String normalisation() {
    return words(means(), deviations());
  }

  /** A mean and a deviation in words. */
  public static String words(float[] mean, float[] deviation) {
    return "mean %s, deviation %s".formatted(words(list(mean)), words(list(deviation)));
  }

  private static String words(List<Float> values) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, "%.4g", value))
        .collect(Collectors.joining(" "));
  }

  private static String order(int channels) {
    return channels == 1 ? "grey" : "RGB";
  }

  private static boolean finite(List<Float> values, int count) {
    return values != null
        && values.size() == count
        && values.stream().allMatch(value -> value != null && Float.isFinite(value));
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int c = 0; c < array.length; c++) {
      array[c] = values.get(c);
    }
    return array;
  }
}
