/**
 * Shows that averaged workers are one process: trains both and compares.
 *
 * <p>Decided: the single process has the recipe's own rule and nothing of averaging, so that what
 * is shown is the averaging. Rejected: a comparison with numbers that were kept, which would show
 * the machine.
 */
package io.millrace.verify;
