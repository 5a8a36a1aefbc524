package io.millrace.metrics;

import java.util.Locale;

/** Figures as people read them, the same in every country. */
public final class Figures {
  private Figures() {}

  /** Formats a pattern alike in every country. */
  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** A number with about three significant digits, grouped; a dash for what was not measured. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    if (size >= 100) {
      return format("%,.0f", value);
    }
    if (size >= 10) {
      return format("%.1f", value);
    }
    if (size >= 1) {
      return format("%.2f", value);
    }
    return size >= 0.001 || size == 0 ? trim(format("%.4f", value)) : format("%.1e", value);
  }

  /** A share as a percentage. */
  public static String percent(double share) {
    return Double.isFinite(share) ? format("%.2f %%", 100 * share) : "–";
  }

  /** Seconds as a person would say them. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (seconds < 10) {
      return format("%.1f s", seconds);
    }
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? format("%d min %02d s", whole / 60, whole % 60)
        : format("%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  private static String trim(String number) {
    return number.contains(".") ? number.replaceAll("0+$", "").replaceAll("\\.$", "") : number;
  }
}
