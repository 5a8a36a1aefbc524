package io.millrace.model.layers;

/** What gives the classes of a network and multiplies the gradient of the loss on its way back. */
public interface ScaledLoss {
  /** The factor of all gradients from here on; 1 unless it was set. */
  void scale(float factor);
}
