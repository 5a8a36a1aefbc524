package io.millrace.model.init;

import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * The start of a residual network as torchvision has it: convolutions from {@code N(0, 2 /
 * fanOut)}, dense layers from {@code U(-1/sqrt(fanIn), 1/sqrt(fanIn))}, other layers as their
 * configuration says.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Delving Deep into Rectifiers (2015, arXiv
 * 1502.01852), by fan out. Differs from torchvision: fan out counts one group, see {@link
 * WeightShape}; biases start at 0.
 */
@Named(
    value = "kaiming",
    doc =
        "kaiming-normal by fan out for convolutions, uniform within 1 / sqrt(fan in) for dense layers, other layers as their configuration says; torchvision's ResNet.")
public record Kaiming() implements Initializer {
  private static final Initializer CONVOLUTION = new KaimingNormal(Fan.OUT, Gain.RELU, null);

  @Override
  public boolean takes(WeightShape shape) {
    return shape.kind() == WeightShape.Kind.CONVOLUTION || shape.kind() == WeightShape.Kind.DENSE;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    if (shape.kind() == WeightShape.Kind.CONVOLUTION) {
      CONVOLUTION.fill(values, shape, random);
    } else {
      Draw.uniform(values, 1 / Math.sqrt(shape.fanIn()), random);
    }
  }
}
