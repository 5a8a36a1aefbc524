/**
 * Initialisers: how the weights of a network start, before anything is trained.
 *
 * <p>Decided: random numbers are keyed by (seed, layer.parameter), so that no other layer, worker
 * or order of computing changes a start. Fans and matrices are read from a layer's kind and the
 * shape that DL4J gives its weights ({@link io.millrace.model.init.WeightShape}); fan out counts
 * one group of a depthwise convolution, as timm and TensorFlow do: counted whole, as PyTorch does,
 * MobileNet starts too small by the root of its channels. Values are drawn in the order in which
 * they lie in memory.
 *
 * <p>Rejected: DL4J's {@code IWeightInit}, whose numbers depend on the layers before, and which the
 * networks of others bring with them; it stays as {@link io.millrace.model.init.Configured}. QR by
 * the backend's LAPACK, whose last bits depend on the CPU, and by the full Q of commons-math3,
 * which has side x side elements: R alone is taken from it.
 */
package io.millrace.model.init;
