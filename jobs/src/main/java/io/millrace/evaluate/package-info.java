/**
 * Validation and evaluation, distributed over the workers.
 *
 * <p>Decided: a task scores whole blocks, and the driver sums in double, in the order of blocks and
 * rows: the figures are a function of weights, split and {@code evaluation.batch} alone. Classes of
 * the set and of the model are matched by name, and the ids that were scored are held against the
 * manifest.
 *
 * <p>Rejected: DL4J's evaluation on Spark, which wants decoded images in an RDD and knows no ids;
 * classes matched by their number.
 */
package io.millrace.evaluate;
