/**
 * The training master: the driver's loop over rounds, from the master weights to the next ones.
 *
 * <p>Decided: one Spark job a round, whose tasks are pure functions of the broadcast weights, the
 * order of the round and their minibatches, so that a lost executor costs time and no bit.
 * Rejected: long-lived tasks that talk to each other, which Spark can neither place nor repeat.
 */
package io.millrace.training;
