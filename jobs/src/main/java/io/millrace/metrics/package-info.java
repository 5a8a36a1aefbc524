/**
 * What an epoch did and what it cost, as numbers: {@code metrics.jsonl}, {@code summary.csv}, the
 * run's manifest, and the progress on the terminal. Pages made of them are {@code report}'s.
 *
 * <p>Decided: files are written whole after each epoch, since object stores and HDFS have no usable
 * append.
 */
package io.millrace.metrics;
