package io.millrace.diagnostics;

import io.millrace.model.ParameterSlot.Kind;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts of values by sign and power of two, which merge whatever range they have: {@code 2^-7} has
 * those from 2^-7 up to 2^-6, {@code -2^-7} their negatives, {@code 0} all that is smaller than
 * 2^-40.
 */
public final class Bins {
  private static final int LEAST = -40;
  private static final int SIGN_AND_EXPONENT = 512;
  private static final int MANTISSA_BITS = 23;
  private static final int BIAS = 127;

  private final long[] counts = new long[SIGN_AND_EXPONENT];

  /** Counts values; returns 0. */
  double count(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      counts[Float.floatToRawIntBits(values[i]) >>> MANTISSA_BITS]++;
    }
    return 0;
  }

  /** Adds the counts of a layer to readings. */
  void addTo(String layer, Readings to) {
    long zeros = 0;
    for (int i = 0; i < counts.length; i++) {
      int exponent = i % (SIGN_AND_EXPONENT / 2) - BIAS;
      if (exponent < LEAST) {
        zeros += counts[i];
      } else if (counts[i] > 0) {
        String sign = i < SIGN_AND_EXPONENT / 2 ? "" : "-";
        to.add(layer, sign + "2^" + exponent, counts[i], 0);
      }
    }
    if (zeros > 0) {
      to.add(layer, "0", zeros, 0);
    }
  }

  /** Whether a histogram is made of a parameter: of weights alone. */
  static boolean of(Kind kind) {
    return kind == Kind.WEIGHT;
  }

  /** The counts in the order of their bins. */
  static Map<String, Double> sorted(Map<String, Double> counts) {
    Map<String, Double> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Comparator.comparingDouble(each -> value(each.getKey())))
        .forEach(each -> sorted.put(each.getKey(), each.getValue()));
    return sorted;
  }

  /** Whether a figure's name is that of a bin. */
  public static boolean isBin(String figure) {
    return figure.equals("0") || figure.matches("-?2\\^-?\\d+");
  }

  /** The bound of a bin that is nearer to 0. */
  public static double value(String bin) {
    int power = bin.indexOf('^');
    return power < 0
        ? 0
        : (bin.startsWith("-") ? -1 : 1)
            * StrictMath.pow(2, Integer.parseInt(bin.substring(power + 1)));
  }
}
