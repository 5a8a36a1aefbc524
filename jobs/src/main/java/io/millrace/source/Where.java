package io.millrace.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import scala.collection.JavaConverters;

/**
 * The conditions that every row of a source has to meet, joined by {@code and}. Names of columns
 * are compared as Spark SQL does, without regard to case.
 *
 * @param parts the conditions, not resolved yet
 */
record Where(List<Expression> parts) {
  /** No condition. */
  static final Where NONE = new Where(List.of());

  private static final String RULE = "must be a condition of Spark SQL";

  /**
   * Reads one; null is none.
   *
   * @throws IllegalArgumentException if it is not Spark SQL
   */
  static Where of(String text) {
    if (text == null) {
      return NONE;
    }
    try {
      List<Expression> parts = new ArrayList<>();
      split(CatalystSqlParser$.MODULE$.parseExpression(text), parts);
      for (Expression part : parts) {
        if (columnsOf(part).isEmpty()) {
          throw new IllegalArgumentException(part.sql() + " names no column");
        }
      }
      return new Where(List.copyOf(parts));
    } catch (Exception e) { // Scala's checked ones are not declared
      throw new IllegalArgumentException(
          "Invalid where: %s (%s: %s)".formatted(text, RULE, SqlCondition.reason(e)));
    }
  }

  static IllegalArgumentException invalid(String text, String reason) {
    return new IllegalArgumentException(
        "Invalid source.where: %s (%s: %s)".formatted(text, RULE, reason));
  }

  /** Whether there is no condition. */
  boolean none() {
    return parts.isEmpty();
  }

  /** Those conditions that name no other columns than these. */
  Where within(Collection<String> columns) {
    return new Where(parts.stream().filter(part -> named(part, columns)).toList());
  }

  /** Those conditions that name another column than these. */
  Where beyond(Collection<String> columns) {
    return new Where(parts.stream().filter(part -> !named(part, columns)).toList());
  }

  private static boolean named(Expression part, Collection<String> columns) {
    return columnsOf(part).stream().allMatch(name -> find(name, columns).isPresent());
  }

  /** The columns that the conditions name. */
  Set<String> columns() {
    Set<String> all = new TreeSet<>();
    parts.forEach(part -> all.addAll(columnsOf(part)));
    return all;
  }

  /** The one of some columns that a name means. */
  static Optional<String> find(String name, Collection<String> columns) {
    String lower = name.toLowerCase(Locale.ROOT);
    return columns.stream().filter(each -> each.toLowerCase(Locale.ROOT).equals(lower)).findFirst();
  }

  private static Set<String> columnsOf(Expression part) {
    Set<String> names = new TreeSet<>();
    if (part instanceof UnresolvedAttribute column) {
      names.add(column.nameParts().head());
    }
    JavaConverters.seqAsJavaList(part.children()).forEach(child -> names.addAll(columnsOf(child)));
    return names;
  }

  private static void split(Expression condition, List<Expression> parts) {
    if (condition instanceof And and) {
      split(and.left(), parts);
      split(and.right(), parts);
    } else {
      parts.add(condition);
    }
  }

  @Override
  public String toString() {
    return String.join(" AND ", parts.stream().map(Expression::sql).toList());
  }
}
