package io.millrace.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * What a column's values are as labels, by its logical type: the physical one alone would read a
 * decimal's digits and a date's days as numbers of classes.
 *
 * @param integers whether they are numbers of classes, not names
 * @param text the value that a reader stands at
 */
record LabelType(boolean integers, Function<ColumnReader, String> text) {
  /** The rule in words. */
  static final String RULE = "an integer, string or bool column";

  /** Texts, which are names. */
  static final LabelType TEXT =
      new LabelType(false, column -> column.getBinary().toStringUsingUTF8());

  /** How to read a column's labels; empty if it can hold none. */
  static Optional<LabelType> of(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return Optional.empty();
    }
    PrimitiveType primitive = type.asPrimitiveType();
    LogicalTypeAnnotation logical = primitive.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal(primitive, decimal.getScale());
    }
    boolean number = logical == null || logical instanceof IntLogicalTypeAnnotation;
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned();
    return Optional.ofNullable(
        switch (primitive.getPrimitiveTypeName()) {
          case BOOLEAN -> new LabelType(false, column -> Boolean.toString(column.getBoolean()));
          case INT32 -> number ? int32(unsigned) : null;
          case INT64 -> number ? int64(unsigned) : null;
          case BINARY -> isText(logical) ? TEXT : null;
          default -> null;
        });
  }

  /** The name of a column's type, as people write it. */
  static String name(Type type) {
    if (!type.isPrimitive()) {
      return type.getLogicalTypeAnnotation() == null
          ? "a struct of " + members(type.asGroupType())
          : type.getLogicalTypeAnnotation().toString().toLowerCase(Locale.ROOT);
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    String name =
        logical == null ? type.asPrimitiveType().getPrimitiveTypeName().name() : "" + logical;
    return (type.isRepetition(Type.Repetition.REPEATED) ? "repeated " : "")
        + name.toLowerCase(Locale.ROOT);
  }

  private static String members(GroupType type) {
    return type.getFields().stream().map(Type::getName).collect(Collectors.joining(", "));
  }

  private static boolean isText(LogicalTypeAnnotation logical) {
    return logical == null
        || logical instanceof StringLogicalTypeAnnotation
        || logical instanceof EnumLogicalTypeAnnotation
        || logical instanceof JsonLogicalTypeAnnotation;
  }

  private static LabelType int32(boolean unsigned) {
    return unsigned
        ? new LabelType(true, column -> Integer.toUnsignedString(column.getInteger()))
        : new LabelType(true, column -> Integer.toString(column.getInteger()));
  }

  private static LabelType int64(boolean unsigned) {
    return unsigned
        ? new LabelType(true, column -> Long.toUnsignedString(column.getLong()))
        : new LabelType(true, column -> Long.toString(column.getLong()));
  }

  /** Whole decimals are integers; others stay as they are, and are no number of a class. */
  private static Optional<LabelType> decimal(PrimitiveType type, int scale) {
    Function<ColumnReader, BigInteger> unscaled =
        switch (type.getPrimitiveTypeName()) {
          case INT32 -> column -> BigInteger.valueOf(column.getInteger());
          case INT64 -> column -> BigInteger.valueOf(column.getLong());
          default -> column -> new BigInteger(column.getBinary().getBytes());
        };
    return Optional.of(
        new LabelType(
            true,
            column -> {
              BigDecimal value = new BigDecimal(unscaled.apply(column), scale).stripTrailingZeros();
              return value.toPlainString();
            }));
  }
}
