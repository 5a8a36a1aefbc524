package io.millrace.model.layers;

import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** DL4J's layers for images, with settings drawn at random, and the size that images have now. */
final class RandomLayers {
  private final Random random;
  private final CNN2DFormat format;
  private int height;
  private int width;
  private int channels;

  RandomLayers(Random random, CNN2DFormat format, int height, int width, int channels) {
    this.random = random;
    this.format = format;
    this.height = height;
    this.width = width;
    this.channels = channels;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int channels() {
    return channels;
  }

  void channels(int now) {
    channels = now;
  }

  /** Any layer that gives images; the size follows. */
  Layer any() {
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5 -> convolution(new ConvolutionLayer.Builder(), 1 + random.nextInt(6));
      case 6 -> depthwise();
      case 7 ->
          convolution(
              new SeparableConvolution2D.Builder().depthMultiplier(1 + random.nextInt(2)),
              1 + random.nextInt(5));
      case 8 -> deconvolution();
      case 9 -> locallyConnected();
      case 10, 11 -> pooling();
      case 12, 13, 14 -> batchNorm();
      case 15 -> localResponse();
      case 16, 17 -> new ActivationLayer(activation());
      case 18 -> new DropoutLayer.Builder().dropOut(dropout()).build();
      case 19 -> padding();
      case 20 -> cropping();
      case 21 -> random.nextBoolean() ? upsampling() : spaceToDepth();
      case 22 -> prelu();
      default -> frozen();
    };
  }

  /** A convolution that leaves height and width as they are. */
  ConvolutionLayer sameSize(int outputs) {
    int kernel = 1 + 2 * random.nextInt(2);
    channels = outputs;
    return (ConvolutionLayer)
        noisy(
            new ConvolutionLayer.Builder(kernel, kernel)
                .stride(1, 1)
                .convolutionMode(ConvolutionMode.Same)
                .dataFormat(format)
                .hasBias(random.nextBoolean())
                .activation(activation())
                .nOut(outputs)
                .build());
  }

  BatchNormalization batchNorm() {
    BatchNormalization.Builder norm =
        new BatchNormalization.Builder()
            .useLogStd(random.nextBoolean())
            .eps(often() ? 1e-5 : 1e-2)
            .decay(often() ? 0.9 : 0.5)
            .dataFormat(format);
    if (seldom()) {
      norm.lockGammaBeta(true).gamma(0.7).beta(0.1);
    }
    if (seldom()) {
      norm.activation(activation());
    }
    return norm.build();
  }

  /** ReLU as often as all others together. */
  IActivation activation() {
    if (random.nextInt(5) < 2) {
      return new ActivationReLU();
    }
    return switch (random.nextInt(10)) {
      case 0 -> new ActivationReLU(1.0, null, null);
      case 1 -> new ActivationReLU(null, 0.2, null);
      case 2 -> new ActivationReLU(null, null, 0.2);
      case 3 -> new ActivationLReLU(0.3);
      case 4 -> random.nextBoolean() ? new ActivationELU(0.5) : new ActivationThresholdedReLU(0.3);
      case 5 -> new ActivationGELU(true);
      default ->
          Activation.values()[random.nextInt(Activation.values().length)].getActivationFunction();
    };
  }

  IDropout dropout() {
    ISchedule falling = new StepSchedule(ScheduleType.ITERATION, 0.8, 0.5, 1);
    return switch (random.nextInt(7)) {
      case 0 -> new Dropout(0.6);
      case 1 -> new Dropout(falling);
      case 2 -> new GaussianDropout(0.3);
      case 3 -> new GaussianNoise(0.3);
      case 4 -> new GaussianNoise(falling);
      case 5 -> new AlphaDropout(0.7);
      default -> new SpatialDropout(0.6);
    };
  }

  /** Now and then with dropout of the input, noise on the weights, constraints. */
  Layer noisy(BaseLayer layer) {
    if (random.nextInt(8) == 0) {
      layer.setIDropout(dropout());
    }
    if (random.nextInt(12) == 0) {
      layer.setWeightNoise(
          random.nextBoolean()
              ? new DropConnect(0.7)
              : new WeightNoise(new NormalDistribution(0, 0.1)));
    }
    return layer;
  }

  boolean seldom() {
    return random.nextInt(6) == 0;
  }

  private boolean often() {
    return !seldom();
  }

  private Layer convolution(ConvolutionLayer.BaseConvBuilder<?> builder, int outputs) {
    Move rows = move(height);
    Move columns = move(width);
    ConvolutionMode mode = mode(rows, columns);
    boolean same = mode == ConvolutionMode.Same;
    builder
        .convolutionMode(mode)
        .kernelSize(rows.kernel, columns.kernel)
        .stride(rows.stride, columns.stride)
        .dilation(rows.dilation, columns.dilation)
        .hasBias(random.nextBoolean())
        .activation(activation());
    if (!same) {
      builder.padding(rows.padding, columns.padding);
    }
    if (seldom()) {
      builder.constrainWeights(
          random.nextBoolean() ? new MaxNormConstraint(0.5, 1) : new NonNegativeConstraint());
    }
    builder.nOut(outputs);
    height = rows.after(height, same);
    width = columns.after(width, same);
    channels = outputs;
    ConvolutionLayer layer = (ConvolutionLayer) builder.build();
    layer.setCnn2dDataFormat(format);
    return noisy(layer);
  }

  private Layer depthwise() {
    int multiplier = 1 + random.nextInt(2);
    return convolution(
        new DepthwiseConvolution2D.Builder().depthMultiplier(multiplier), multiplier * channels);
  }

  private Layer deconvolution() {
    int outputs = 1 + random.nextInt(5);
    int stride = height < 7 && width < 7 ? 1 + random.nextInt(2) : 1;
    Deconvolution2D layer =
        new Deconvolution2D.Builder()
            .kernelSize(2, 2)
            .stride(stride, stride)
            .convolutionMode(ConvolutionMode.Truncate)
            .dataFormat(format)
            .activation(activation())
            .nOut(outputs)
            .build();
    height = stride * (height - 1) + 2;
    width = stride * (width - 1) + 2;
    channels = outputs;
    return noisy(layer);
  }

  private Layer locallyConnected() {
    int outputs = 1 + random.nextInt(3);
    LocallyConnected2D layer =
        new LocallyConnected2D.Builder()
            .kernelSize(1, 1)
            .stride(1, 1)
            .padding(0, 0)
            .dilation(1, 1)
            .convolutionMode(ConvolutionMode.Truncate)
            .dataFormat(format)
            .hasBias(random.nextBoolean())
            .activation(Activation.TANH)
            .nOut(outputs)
            .build();
    channels = outputs;
    return layer;
  }

  private Layer pooling() {
    Move rows = move(height);
    Move columns = move(width);
    ConvolutionMode mode = mode(rows, columns);
    boolean same = mode == ConvolutionMode.Same;
    PoolingType[] types = {
      PoolingType.MAX, PoolingType.MAX, PoolingType.AVG, PoolingType.SUM, PoolingType.PNORM
    };
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(
                types[random.nextInt(types.length)], new int[] {rows.kernel, columns.kernel})
            .stride(rows.stride, columns.stride)
            .convolutionMode(mode)
            .dataFormat(format)
            .pnorm(2)
            .avgPoolIncludePadInDivisor(random.nextBoolean());
    builder.dilation(rows.dilation, columns.dilation);
    if (!same) {
      builder.padding(
          Math.min(rows.padding, rows.kernel / 2), Math.min(columns.padding, columns.kernel / 2));
    }
    height =
        new Move(rows.kernel, rows.stride, rows.dilation, Math.min(rows.padding, rows.kernel / 2))
            .after(height, same);
    width =
        new Move(
                columns.kernel,
                columns.stride,
                columns.dilation,
                Math.min(columns.padding, columns.kernel / 2))
            .after(width, same);
    return builder.build();
  }

  private Layer localResponse() {
    return new LocalResponseNormalization.Builder()
        .n(3)
        .k(2)
        .alpha(0.1)
        .beta(0.75)
        .dataFormat(format)
        .build();
  }

  private Layer padding() {
    height += 1;
    width += 2;
    return new ZeroPaddingLayer.Builder(1, 0, 1, 1).dataFormat(format).build();
  }

  private Layer cropping() {
    if (height < 4 || width < 4) {
      return padding();
    }
    height -= 1;
    width -= 1;
    return new Cropping2D.Builder(1, 0, 0, 1).dataFormat(format).build();
  }

  private Layer upsampling() {
    if (height > 6 || width > 6) {
      return padding();
    }
    height *= 2;
    width *= 2;
    return new Upsampling2D.Builder(2).dataFormat(format).build();
  }

  private Layer spaceToDepth() {
    if (height % 2 != 0 || width % 2 != 0) {
      return padding();
    }
    height /= 2;
    width /= 2;
    channels *= 4;
    return new SpaceToDepthLayer.Builder(2, format).build();
  }

  private Layer prelu() {
    long[] shape =
        format == CNN2DFormat.NCHW
            ? new long[] {channels, height, width}
            : new long[] {height, width, channels};
    return new PReLULayer.Builder().inputShape(shape).build();
  }

  private Layer frozen() {
    Layer layer =
        switch (random.nextInt(4)) {
          case 0 -> batchNorm();
          case 1 -> new ActivationLayer(activation());
          case 2 -> pooling();
          default -> sameSize(1 + random.nextInt(4));
        };
    return channels % 2 == 0 ? new FrozenLayerWithBackprop(layer) : new FrozenLayer(layer);
  }

  private ConvolutionMode mode(Move rows, Move columns) {
    return switch (random.nextInt(4)) {
      case 0 -> ConvolutionMode.Same;
      case 1 ->
          rows.stride == 1 && columns.stride == 1
              ? ConvolutionMode.Strict
              : ConvolutionMode.Truncate;
      default -> ConvolutionMode.Truncate;
    };
  }

  private Move move(int size) {
    int kernel = 1 + random.nextInt(Math.min(3, size));
    int dilation = seldom() && size > 2 * (kernel - 1) ? 2 : 1;
    return new Move(kernel, size > 3 ? 1 + random.nextInt(2) : 1, dilation, random.nextInt(2));
  }

  /** How a window moves along an axis. */
  private record Move(int kernel, int stride, int dilation, int padding) {
    int after(int size, boolean same) {
      return same
          ? (size + stride - 1) / stride
          : (size + 2 * padding - 1 - (kernel - 1) * dilation) / stride + 1;
    }
  }
}
