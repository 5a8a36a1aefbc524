/**
 * Ablations: one config changed step by step, each change trained with several seeds, and a table
 * that says what each step gave.
 *
 * <p>Decided: a run of a series is a training run like any other, in a folder of its own, resumed
 * by its own checkpoints; the series knows nothing that does not lie there, but for why a run ended
 * early. What stands in a folder is told by its config and the fingerprint of its data: the same is
 * not run again, another is refused by name. A difference is taken seed by seed, and its interval
 * is Student's, which is wide where seeds are few: a table that cannot tell says so.
 *
 * <p>Rejected: several runs at once, which would share cores and make images/s and wall time
 * untrue; a search that picks values, which needs images that no row has seen; the best epoch as
 * the figure of a run, which is chosen by the images that it is told on.
 */
package io.millrace.series;
