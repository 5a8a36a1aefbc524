/**
 * Checkpoints of a run, and exact resume from one.
 *
 * <p>Decided: a checkpoint is a folder whose manifest, with the size and SHA-256 of each file, is
 * written last. One that does not match is damaged and the one before is used; where none is whole
 * the run ends, and never starts from 0 unasked. What decides the weights must be as it was, and is
 * named where it is not. A checkpoint may lie within an epoch: it then holds what the epoch's
 * rounds have come to so far, so that its metrics, too, are those of a run that never stopped.
 *
 * <p>It is written by a thread of its own from vectors that nobody changes any more, and read back
 * before its manifest is written: the round that trains meanwhile has made new ones.
 *
 * <p>Rejected: a rename of the finished folder, which no object store does in one step; DL4J's
 * checkpoint listener, which knows nothing of the data and of what a run belongs to.
 */
package io.millrace.checkpoint;
