/**
 * Number formats narrower than fp32, what is rounded to them, and how the loss is scaled for the
 * narrowest.
 *
 * <p>Decided: a format says by one function what becomes of a number; what computes in it stands
 * with the layers. The same function serves CPUs without instructions for a format, where operands
 * and results are rounded around kernels of fp32. Scaling is a figure of the run that the driver
 * has and each round is told, so that all workers use the same. Rejected: scaling by each worker's
 * own overflows, by which equal minibatches would give unlike steps.
 */
package io.millrace.precision;
