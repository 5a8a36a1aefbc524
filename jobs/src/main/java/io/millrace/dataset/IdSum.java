package io.millrace.dataset;

import io.millrace.random.Keys;

/**
 * An order-free 128-bit hash of a multiset of example ids: the sum modulo 2^128 of a 128-bit hash
 * of each id. Two sets of ids with equal sums are equal but for a chance of about 2^-128; an id
 * counted twice or left out changes the sum.
 *
 * <p>The halves of an id's hash are two finalisers of 64-bit mixers: SplitMix64 (Steele, Lea,
 * Flood: Fast Splittable Pseudorandom Number Generators, 2014) on two different offsets.
 */
public final class IdSum {
  private long high;
  private long low;

  /** The sum of no ids. */
  public IdSum() {}

  /** A sum whose halves are known. */
  public IdSum(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Counts an id. */
  public IdSum add(long id) {
    return add(Keys.mix(id ^ 0x6a09e667f3bcc908L), Keys.mix(id + 0x9e3779b97f4a7c15L));
  }

  /** Counts everything another sum has counted. */
  public IdSum add(IdSum other) {
    return add(other.high, other.low);
  }

  /** High half. */
  public long high() {
    return high;
  }

  /** Low half. */
  public long low() {
    return low;
  }

  /** Reads the 32 hexadecimal digits of {@link #toString}. */
  public static IdSum parse(String hex) {
    return new IdSum(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }

  private IdSum add(long otherHigh, long otherLow) {
    low += otherLow;
    high += otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdSum that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
