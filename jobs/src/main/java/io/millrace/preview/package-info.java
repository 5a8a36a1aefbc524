/**
 * The preview: pictures of what a config's augmentations make of a few images, before anything is
 * trained.
 *
 * <p>Decided: the pictures are made by the pipeline that feeds a run, with its keys (seed, epoch,
 * id), so those of a prepared set are the very images that training will see; each step is the
 * pipeline of the list up to there, since an operation may be part of the one beside it. No Spark
 * session is started: a set is read by its reader, a source that is not prepared yet by its own.
 * Rejected: one picture for each operation alone, which would show what no run sees.
 */
package io.millrace.preview;
