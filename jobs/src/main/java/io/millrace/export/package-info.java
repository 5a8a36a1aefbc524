/**
 * Trained models for other programs: one class a format.
 *
 * <p>Decided: a format gets the network of stock layers and its weights, batch norms folded on
 * wish, and what the model says of itself; it refuses by name what it cannot hold. A file that is
 * there is replaced only if that is asked for. Starts no Spark.
 *
 * <p>Rejected: TorchScript itself, an archive of pickled Python that no other writer makes well:
 * {@code torchscript-names} gives a state dict that the module of the library loads, which {@code
 * torch.jit} then scripts.
 */
package io.millrace.export;
