package io.millrace.config;

import io.millrace.settings.Key;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns one written value into a number, a boolean, a text or an enum constant, by its rule. */
final class ScalarReader {
  private static final Pattern WHOLE = Pattern.compile("(?!.*(?:__|_$))[-+]?\\d[\\d_]*");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

  private final Problems problems;

  ScalarReader(Problems problems) {
    this.problems = problems;
  }

  /** Whether values of this type are scalars. */
  static boolean reads(Class<?> type) {
    return type.isPrimitive()
        || Number.class.isAssignableFrom(type)
        || type == Boolean.class
        || type == String.class
        || type.isEnum();
  }

  /**
   * The value, or null after a problem was noted.
   *
   * @param key the rule, of the component or of the list that the value is in
   */
  Object read(Class<?> type, Key key, Tree tree, String path) {
    if (!(tree instanceof Tree.Scalar scalar)) {
      return refuse(tree, path, rule(type, key));
    }
    if (scalar.isNull()) {
      boolean allowed = key.value().equals("null");
      return allowed ? null : refuse(tree, path, rule(type, key));
    }
    if (type == String.class && scalar.text().isEmpty() && key.pattern().isEmpty()) {
      return refuse(tree, path, "a text that is not empty");
    }
    if (type == String.class) {
      boolean fits = key.pattern().isEmpty() || scalar.text().matches(key.pattern());
      return fits ? scalar.text() : refuse(tree, path, rule(type, key));
    }
    if (type.isEnum()) {
      return constant(type, key, scalar, path);
    }
    if (type == boolean.class || type == Boolean.class) {
      boolean known = scalar.text().equals("true") || scalar.text().equals("false");
      return known && scalar.plain()
          ? Boolean.valueOf(scalar.text())
          : refuse(tree, path, kind(type));
    }
    return number(type, key, scalar, path);
  }

  private Object number(Class<?> type, Key key, Tree.Scalar scalar, String path) {
    boolean whole = isWhole(type);
    Pattern pattern = whole ? WHOLE : NUMBER;
    if (!scalar.plain() || !pattern.matcher(scalar.text()).matches()) {
      return refuse(scalar, path, rule(type, key) + bounds(key, " "));
    }
    double value = Double.parseDouble(scalar.text().replace("_", ""));
    boolean inside =
        (key.above() ? value > key.min() : value >= key.min())
            && (key.below() ? value < key.max() : value <= key.max());
    if (!inside) {
      return refuse(scalar, path, bounds(key, ""));
    }
    if (whole) {
      return whole(type, scalar, path);
    }
    if (key.above() && key.min() == 0 && (float) value == 0) {
      return refuse(scalar, path, "> 0 in fp32, where this is 0");
    }
    return Double.isFinite(value) ? value : refuse(scalar, path, "a finite number");
  }

  private Object whole(Class<?> type, Tree.Scalar scalar, String path) {
    boolean isLong = type == long.class || type == Long.class;
    String digits = scalar.text().replace("_", "");
    try {
      long exact = Long.parseLong(digits);
      return isLong ? (Object) exact : Math.toIntExact(exact);
    } catch (NumberFormatException | ArithmeticException e) {
      String rule =
          digits.startsWith("-")
              ? ">= " + (isLong ? Long.MIN_VALUE : Integer.MIN_VALUE)
              : "<= " + (isLong ? Long.MAX_VALUE : Integer.MAX_VALUE);
      return refuse(scalar, path, rule);
    }
  }

  private Object constant(Class<?> type, Key key, Tree.Scalar scalar, String path) {
    String wanted = scalar.text().replace('-', '_').toUpperCase(Locale.ROOT);
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(wanted)) {
        return constant;
      }
    }
    return refuse(scalar, path, rule(type, key));
  }

  private Object refuse(Tree tree, String path, String rule) {
    problems.invalid(tree, path, rule);
    return null;
  }

  private static boolean isWhole(Class<?> type) {
    return type == int.class || type == Integer.class || type == long.class || type == Long.class;
  }

  /** What a key allows, its bounds aside. */
  static String rule(Class<?> type, Key key) {
    return key.rule().isEmpty() ? kind(type) : key.rule();
  }

  /** What a value of the type is called in a rule. */
  private static String kind(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> name((Enum<?>) constant))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return isWhole(type) ? "a whole number" : "a number";
  }

  /** An enum constant as it is written in a config. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The bounds of a number in words, after {@code before}; empty where there are none. */
  static String bounds(Key key, String before) {
    boolean low = Double.isFinite(key.min());
    boolean high = Double.isFinite(key.max());
    String lower = low ? (key.above() ? "> " : ">= ") + plain(key.min()) : "";
    String upper = high ? (key.below() ? "< " : "<= ") + plain(key.max()) : "";
    String both = lower + (low && high ? " and " : "") + upper;
    return both.isEmpty() ? "" : before + both;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
