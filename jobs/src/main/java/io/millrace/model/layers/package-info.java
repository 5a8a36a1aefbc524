/**
 * Layers on native ops, and the pass that puts them into a replica's network.
 *
 * <p>Decided: the canonical network stays stock DL4J. A layer is replaced where it equals, in all
 * its settings, what the native one computes, and left alone elsewhere; nothing of it is saved.
 * oneDNN is called past ND4J: its primitives are made once and kept, take images in the order in
 * which they lie (NHWC), and do a ReLU on the way, where ND4J makes them anew for each call and
 * copies into an order of its own. Where arrays lie on a device the layers run on ND4J's ops.
 *
 * <p>Rejected: layers taken by their class, which would drop settings without a word; a second
 * format of models.
 */
package io.millrace.model.layers;
