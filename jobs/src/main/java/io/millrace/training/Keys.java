package io.millrace.training;

/** Keys of random choices, spread over 64 bits. */
final class Keys {
  private Keys() {}

  /** The key of what worker {@code worker} draws in update {@code update}. */
  static long of(long seed, long update, int worker) {
    return mix(mix(mix(seed) ^ update) ^ worker);
  }

  /** SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
