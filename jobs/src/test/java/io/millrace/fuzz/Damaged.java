package io.millrace.fuzz;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Files that were whole: with bits turned, bytes set, taken out, put in, moved, or cut off. */
final class Damaged {
  private static final List<Integer> TELLING =
      List.of(0, 1, 0x7f, 0x80, 0xff, (int) '{', (int) '"', 10);
  private static final int MOST_BYTES = 64;

  private interface Damage {
    byte[] to(byte[] bytes, int at, int other, int value, int count);
  }

  private static final List<Damage> KINDS =
      List.of(
          (bytes, at, other, value, count) -> set(bytes, at, bytes[at] ^ (1 << (value & 7)), 1),
          (bytes, at, other, value, count) -> set(bytes, at, value, 1),
          (bytes, at, other, value, count) -> set(bytes, at, value, count),
          (bytes, at, other, value, count) ->
              set(bytes, at % Math.min(256, bytes.length), value, 4),
          (bytes, at, other, value, count) -> set(bytes, bytes.length - 1 - at % 256, value, 4),
          (bytes, at, other, value, count) -> Arrays.copyOf(bytes, at),
          (bytes, at, other, value, count) -> Arrays.copyOfRange(bytes, at, bytes.length),
          (bytes, at, other, value, count) -> joined(bytes, at, at + count, 0, 0),
          (bytes, at, other, value, count) -> joined(bytes, at, at, other, other + count));

  private Damaged() {}

  /** One of the files, damaged once to three times. */
  static Arbitrary<byte[]> of(List<byte[]> files) {
    Arbitrary<byte[]> once = damaged(Arbitraries.of(files).map(byte[]::clone));
    return Arbitraries.frequencyOf(
        Tuple.of(4, once), Tuple.of(2, damaged(once)), Tuple.of(1, damaged(damaged(once))));
  }

  private static Arbitrary<byte[]> damaged(Arbitrary<byte[]> bytes) {
    Arbitrary<Integer> place =
        Arbitraries.integers()
            .between(0, Integer.MAX_VALUE)
            .withDistribution(RandomDistribution.uniform());
    Arbitrary<Integer> value =
        Arbitraries.oneOf(Arbitraries.of(TELLING), Arbitraries.integers().between(0, 255));
    return Combinators.combine(
            bytes,
            Arbitraries.of(KINDS),
            place,
            place,
            value,
            Arbitraries.integers().between(1, MOST_BYTES))
        .as(
            (whole, kind, at, other, byteValue, count) ->
                whole.length == 0
                    ? whole
                    : kind.to(whole, at % whole.length, other % whole.length, byteValue, count));
  }

  private static byte[] set(byte[] bytes, int at, int value, int count) {
    byte[] set = bytes.clone();
    int from = Math.max(0, at);
    Arrays.fill(set, from, Math.min(set.length, from + count), (byte) value);
    return set;
  }

  /** The bytes before {@code to}, those of a stretch, and the bytes from {@code from} on. */
  private static byte[] joined(byte[] bytes, int to, int from, int start, int end) {
    int middle = Math.min(end, bytes.length) - start;
    int last = Math.max(0, bytes.length - from);
    byte[] made = new byte[to + middle + last];
    System.arraycopy(bytes, 0, made, 0, to);
    System.arraycopy(bytes, start, made, to, middle);
    System.arraycopy(bytes, bytes.length - last, made, to + middle, last);
    return made;
  }
}
