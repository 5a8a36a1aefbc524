/**
 * What is asked of Spark beyond its public API, and of the cluster before anything starts: blocks
 * that stay where they were made, broadcasts that are really let go, slots that are waited for
 * once. Nobody else names Spark's storage, network or util.
 *
 * <p>Decided: weights come up as blocks of the RDD that made them, fetched slice by slice by
 * whoever averages. Rejected: results of tasks, which Spark serialises twice and gathers whole on
 * the driver, and a shuffle, which sorts and writes to disk what is read once.
 */
package io.millrace.cluster;
