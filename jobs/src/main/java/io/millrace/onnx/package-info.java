/**
 * Networks as ONNX files: one class for each kind of layer, checked setting by setting.
 *
 * <p>Decided: written from ONNX's own messages, which are inside ND4J, at operator set 13, which
 * every runtime of the last years takes. A layer is written only if all of its settings mean what
 * the operator means; any other is refused with the setting's name. Outputs are the logits and
 * their softmax; what an image becomes before the network sees it stands in the metadata.
 *
 * <p>Rejected: an exporter of somebody else's, of which there is none for DL4J 1.0.0-M2.1; the
 * image's resizing and normalising as operators, which runtimes do differently.
 */
package io.millrace.onnx;
