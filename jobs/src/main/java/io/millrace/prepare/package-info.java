/**
 * From a data lake to a prepared data set: ingest, check, shuffle, write.
 *
 * <p>Decided: the source is read twice. The first pass looks at every image and leaves small
 * records, from which label, split and place of each row follow; the second sends the images
 * through the only large shuffle. A missing validation split is cut by the bytes of an image alone,
 * and the order is a hash of seed and id, so that the same source gives the same set. The new set
 * takes the place of the old one by its manifest, in one step; what cannot be used goes into
 * quarantine with its reason.
 *
 * <p>Rejected: one pass, which knows neither classes nor duplicates when it writes; {@code
 * orderBy(rand())}, which a repeated task answers differently; a cut by random numbers, which moves
 * images between train and validation night after night.
 */
package io.millrace.prepare;
