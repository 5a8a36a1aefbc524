package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import java.util.List;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * How a window moves over images, as attributes: kernel, strides and dilations; pads above, left,
 * below, right. In mode "same" {@code max(0, (ceil(x / stride) - 1) stride + reach - x)} pixels are
 * added, the smaller half before; else as many on both sides, and a rest at the end is left out.
 *
 * @param kernel vertical, horizontal, as the others
 */
record Borders(int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
  /** The attributes for images of these sides. */
  List<AttributeProto> attributes(long[] sides) {
    long[] pads = new long[4];
    for (int axis = 0; axis < 2; axis++) {
      long needed = mode == ConvolutionMode.Same ? needed(sides[axis], axis) : 2L * padding[axis];
      pads[axis] = needed / 2;
      pads[axis + 2] = needed - needed / 2;
    }
    return List.of(
        attribute("kernel_shape", longs(kernel)),
        attribute("strides", longs(stride)),
        attribute("dilations", longs(dilation)),
        attribute("pads", pads));
  }

  private long needed(long side, int axis) {
    long results = (side + stride[axis] - 1) / stride[axis];
    long reach = 1 + (kernel[axis] - 1L) * dilation[axis];
    return Math.max(0, (results - 1) * stride[axis] + reach - side);
  }

  private static long[] longs(int[] values) {
    return new long[] {values[0], values[1]};
  }
}
