package io.millrace.epoch;

import java.io.Serializable;

/**
 * What feeding one (round, worker) cost, and which examples it fed.
 *
 * @param examples examples fed
 * @param idSumHigh high half of the order-free 128-bit hash of the ids fed (a sum of hashes modulo
 *     2^128)
 * @param idSumLow low half of it
 * @param bytesRead bytes read from storage
 * @param readNanos time in storage reads, in ns
 * @param decodeNanos time in decoding, in ns
 * @param augmentNanos time in augmenting, normalising, smoothing and mixing, in ns
 * @param waitNanos time the consumer waited for data, in ns
 */
public record FeedReport(
    long examples,
    long idSumHigh,
    long idSumLow,
    long bytesRead,
    long readNanos,
    long decodeNanos,
    long augmentNanos,
    long waitNanos)
    implements Serializable {}
