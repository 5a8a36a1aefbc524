package io.millrace.image;

import java.util.random.RandomGenerator;

/**
 * Random numbers that are a pure function of a key of up to three numbers, such as (seed, epoch,
 * id): {@code x_i = mix(k + i * gamma)} with {@code k = mix(mix(mix(seed) + epoch) + id)}, where
 * gamma is added before every mix. A new key costs three mixes and no allocation.
 *
 * <p>The numbers never change between versions of Millrace. Not thread-safe.
 *
 * <p>Source: Guy Steele, Doug Lea, Christine Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014, with the finaliser that David Stafford calls Mix13.
 */
public final class KeyedRandom implements RandomGenerator {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Starts the numbers of the key (seed, epoch, id) again; returns this. */
  public KeyedRandom key(long seed, long epoch, long id) {
    state = mix(mix(mix(seed + GAMMA) + epoch + GAMMA) + id + GAMMA);
    return this;
  }

  @Override
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), with 53 bits; takes one number of the stream. */
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** A bijection of 64 bits in which each input bit changes about half of the output bits. */
  static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
