/**
 * Prediction: the images of any source through a model into Parquet, one row an image.
 *
 * <p>Decided: what one task does is a chunk of the source, whose name is made of what it reads, and
 * which becomes one file in one step, after that of its bad images. So what is done is what is
 * there: a run that was killed goes on behind it on any store, and no row comes twice. The network
 * is that of {@code evaluate}, batch norms folded, leased from the same pool.
 *
 * <p>Rejected: Spark's own Parquet writer, whose commit renames folders, which is no single step on
 * an object store and all or nothing elsewhere; a shuffle, or an INDArray in a row.
 */
package io.millrace.predict;
