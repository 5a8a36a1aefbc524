package io.millrace.dataset;

/**
 * One example of a prepared data set.
 *
 * @param id unique in the set
 * @param label class index
 * @param image encoded image
 */
public record Example(long id, int label, byte[] image) {}
