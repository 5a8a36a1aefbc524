package io.millrace.report;

import java.util.Locale;

/** Text for HTML and SVG. */
final class Html {
  private Html() {}

  /** Text with everything escaped that markup could be made of. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? ' ' : c);
      }
    }
    return escaped.toString();
  }

  /** Formats numbers and words into markup; texts have to be escaped already. */
  static String format(String markup, Object... values) {
    return String.format(Locale.ROOT, markup, values);
  }

  /** A number with about three significant digits, grouped; a dash for what was not measured. */
  static String number(double value) {
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
  static String percent(double share) {
    return Double.isFinite(share) ? format("%.2f %%", 100 * share) : "–";
  }

  /** Seconds as a person would say them. */
  static String duration(double seconds) {
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
