package io.millrace.random;

import java.util.random.RandomGenerator;

/**
 * Random numbers that are a pure function of a key of three numbers, such as (seed, epoch, id):
 * {@code x_i = mix(k + i * gamma)} with {@code k} by {@link Keys}. A new key costs three mixes and
 * no allocation.
 *
 * <p>The numbers never change between versions of Millrace. Not thread-safe.
 *
 * <p>Source: Guy Steele, Doug Lea, Christine Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014, with the finaliser that David Stafford calls Mix13.
 */
public final class KeyedRandom implements RandomGenerator {
  private long state;

  /** Starts the numbers of the key (seed, epoch, id) again; returns this. */
  public KeyedRandom key(long seed, long epoch, long id) {
    state = Keys.next(Keys.next(Keys.next(0, seed), epoch), id);
    return this;
  }

  @Override
  public long nextLong() {
    state += Keys.GAMMA;
    return Keys.mix(state);
  }

  /** Uniform in [0, 1), with 53 bits; takes one number of the stream. */
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }
}
