/**
 * The training master: replicas, master weights, averaging.
 *
 * <p>Weights go down as a broadcast, which executors pass on to each other. They come up as blocks
 * that stay where they were made until they are averaged. Rejected: results of tasks, which Spark
 * serialises twice and gathers whole on the driver, and a shuffle, which sorts and writes to disk
 * what is read once.
 */
package io.millrace.training;
