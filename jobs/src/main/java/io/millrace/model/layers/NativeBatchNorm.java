package io.millrace.model.layers;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A batch norm over images with the ReLU that may follow it, as a layer of a replica. */
final class NativeBatchNorm extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private final boolean relu;
  private boolean flatGradient;

  NativeBatchNorm(BatchNormalization stock, boolean relu) {
    this.relu = relu;
    Fields.copy(stock, this, BatchNormalization.class);
  }

  /** Whether the gradient of the input is sent flat, see {@link Nhwc#sent}. */
  void sendFlat(boolean flat) {
    flatGradient = flat;
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
        new NativeBatchNormLayer(conf, type, relu, flatGradient),
        conf,
        listeners,
        index,
        parameters,
        initialise);
  }
}
