/**
 * One minibatch: one-hot targets, label smoothing, mixup, cutmix.
 *
 * <p>Decided: what is mixed is the finished minibatch, by numbers that (seed, update) give, so that
 * all workers mix alike and a repeated task does the same; whether an update is mixed at all is a
 * pure function of (seed, epoch, update) too. Rejected: that the driver's order of a round says so,
 * since minibatches are made ahead, beyond the round and the epoch, before that order is there; and
 * a partner from another minibatch, which would have to be read twice.
 */
package io.millrace.minibatch;
