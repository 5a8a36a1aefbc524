/**
 * What a frozen trunk makes of each image, computed once, kept on executors and fed in the place of
 * the image.
 *
 * <p>Decided: features are kept by block of the data set and computed by block, in its own order
 * and in passes of one number of rows, so that they are a function of the block and the trunk's
 * weights alone: whoever misses a block, as its executor is gone, makes the same bytes anew. They
 * take the place of images behind {@link io.millrace.dataset.BlockReader}, so shuffling, shares and
 * rounds are those of images, and neither decoding nor the trunk costs anything after the first
 * time; validation scores what is above the trunk on features of its own split. Rejected: to keep
 * the features of a minibatch where a replica has just made them, since the next epoch has them on
 * another worker and decodes each image all the same; a persisted RDD, whose partitions only tasks
 * can ask for, and reading ahead is no task's; files beside the data set, which nobody takes away.
 */
package io.millrace.features;
