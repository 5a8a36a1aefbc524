/**
 * {@code RDD<DataSet>} of other programs, cut into rounds.
 *
 * <p>Decided: each example is numbered where it lies and cut by the same shape as our own epochs,
 * none is dropped, and an RDD that gives other rows when it is computed again is noticed. Rejected:
 * repartitioning by hash, which loses the order that a program gave its data.
 */
package io.millrace.foreign;
