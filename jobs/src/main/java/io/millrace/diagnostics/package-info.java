/**
 * What a person looks at while a network trains: norms, dead units, drifting statistics, and
 * warnings in words.
 *
 * <p>Decided: a diagnostic is a choice like an optimiser: one record says what is read from an
 * update or from activations, what figures a layer has, how they are drawn, and which of them call
 * for a warning; whoever measures, carries, writes and draws knows the interface alone. Readings
 * are sums in {@link io.millrace.wire.Measures}, so that workers and rounds merge by adding.
 * Updates are chosen by their number, and nothing here writes to what it reads: weights keep their
 * bits.
 *
 * <p>Rejected: a listener in every layer, which would cost in every update; norms kept by the
 * optimisers, which see a gradient after clipping and L2; ranges for histograms, which do not
 * merge: bins are powers of two.
 */
package io.millrace.diagnostics;
