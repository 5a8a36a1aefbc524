/**
 * What is asked of Spark beyond its public API, and of the cluster before anything starts: blocks
 * that stay where they were made, broadcasts that are really let go, slots that are waited for
 * once. Nobody else names Spark's storage, network or util.
 *
 * <p>Decided: weights come up as blocks of the RDD that made them, fetched slice by slice by
 * whoever averages. Rejected: results of tasks, which Spark serialises twice and gathers whole on
 * the driver, and a shuffle, which sorts and writes to disk what is read once.
 *
 * <p>A run lives through what fails on the cluster as long as epochs end: failures are counted by
 * epoch, beside Spark's count by task. Speculation is on where a slot is free for it and nobody
 * says otherwise. Rejected: a budget for the whole run, which a long one on a cluster of lent
 * machines would come to however well it goes on.
 */
package io.millrace.cluster;
