package io.millrace.random;

/**
 * Keys of random choices: 64 bits that depend on some numbers or names alone, such as (seed,
 * epoch), and on no order of computing. {@code key(a, b) = mix(mix(a + gamma) + b + gamma)}, and so
 * on for more parts.
 *
 * <p>They never change between versions of Millrace.
 *
 * <p>Source: Guy Steele, Doug Lea, Christine Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014, with the finaliser that David Stafford calls Mix13.
 */
public final class Keys {
  static final long GAMMA = 0x9e3779b97f4a7c15L;

  private Keys() {}

  /** The key of these numbers in this order. */
  public static long of(long... parts) {
    long key = 0;
    for (long part : parts) {
      key = next(key, part);
    }
    return key;
  }

  /** The key of a number and a name, whose UTF-16 units are its further parts. */
  public static long of(long seed, String name) {
    long key = next(0, seed);
    for (int i = 0; i < name.length(); i++) {
      key = next(key, name.charAt(i));
    }
    return key;
  }

  /** A bijection of 64 bits in which each input bit changes about half of the output bits. */
  public static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  static long next(long key, long part) {
    return mix(key + part + GAMMA);
  }
}
