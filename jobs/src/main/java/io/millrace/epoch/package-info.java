/**
 * Which example is in which update of which worker, and the RDD that is numbered by it.
 *
 * <p>Decided: the plan is a pure function of seed and epoch, and every example is in exactly one
 * update of one share, of which each worker has as many as the others. How many workers there are
 * decides nothing about a global batch. Blocks are permuted, and rows inside windows of blocks, so
 * that a worker reads each byte once and holds little; a feed outlives its task and prepares the
 * next round ahead.
 *
 * <p>Rejected: a Spark shuffle each epoch, which is there as {@code shuffle.order: exact} for those
 * who doubt the windows; dropping the last examples that do not fill a batch; order by arrival or
 * by partition, which a repeated task would not find again.
 */
package io.millrace.epoch;
