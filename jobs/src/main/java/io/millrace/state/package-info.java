/**
 * What a run remembers between rounds, by name: the master weights, how far they have come, and the
 * memory of whatever follows or steers them. It is what a checkpoint holds.
 *
 * <p>Decided: who remembers something says its name and how it is saved and restored ({@link
 * io.millrace.state.Remembered}); who writes checkpoints knows no more. Vectors of followers are
 * doubles, since a mean over ten thousand steps loses its last steps in fp32. Rejected: a field for
 * each method in the checkpoint, which every new one would have to change.
 */
package io.millrace.state;
