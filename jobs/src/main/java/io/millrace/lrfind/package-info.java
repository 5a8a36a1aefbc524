/**
 * The range test: which learning rate to begin with, found by a short run whose rate grows.
 *
 * <p>Decided: it trains on the same path as a run, with the config's own optimiser, batch, workers,
 * augmentation and loss, since a rate is right for these alone; one averaging after each update,
 * whatever the config says, so that a point is the loss of one update. Its flags are no keys of a
 * config, as they decide nothing about a run. Rejected: fits of the curve (valley, slide), which
 * suggest more than the curve of one noisy run can say.
 */
package io.millrace.lrfind;
