package io.millrace.model.layers;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution as a layer of a replica. */
final class NativeConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private boolean flatGradient;
  private boolean first;

  NativeConvolution(ConvolutionLayer stock) {
    super(new ConvolutionLayer.Builder(1, 1));
    Fields.copy(stock, this, ConvolutionLayer.class);
  }

  /** Whether the gradient of the input is sent flat, see {@link Nhwc#sent}. */
  void sendFlat(boolean flat) {
    flatGradient = flat;
  }

  /** Says that it reads the network's input, whose gradient nobody needs. */
  void isFirst() {
    first = true;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    return Fields.ready(
        new NativeConvolutionLayer(conf, type, flatGradient, !first),
        conf,
        listeners,
        index,
        parameters,
        initialise);
  }
}
