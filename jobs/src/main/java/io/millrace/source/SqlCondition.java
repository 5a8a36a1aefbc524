package io.millrace.source;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.QueryPlanningTracker;
import org.apache.spark.sql.catalyst.analysis.Analyzer;
import org.apache.spark.sql.catalyst.analysis.FakeV2SessionCatalog$;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.catalog.InMemoryCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.BindReferences;
import org.apache.spark.sql.catalyst.expressions.CurrentDate;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestampLike;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LocalTimestamp;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.package$;
import org.apache.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A condition as Spark's own analyser understands it, with its functions, its casts and its three
 * truth values, evaluated row by row without a session: a source is listed where there is none, and
 * read by tasks. A row whose condition is null does not meet it.
 */
final class SqlCondition {
  private static final Analyzer ANALYZER =
      new Analyzer(
          new CatalogManager(
              FakeV2SessionCatalog$.MODULE$,
              new SessionCatalog(
                  new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
                  FunctionRegistry.builtin(),
                  TableFunctionRegistry.builtin())));

  private final Where where;
  private final BasePredicate predicate;

  private SqlCondition(Where where, BasePredicate predicate) {
    this.where = where;
    this.predicate = predicate;
  }

  /**
   * Of conditions on rows of some columns.
   *
   * @throws IllegalArgumentException if a condition does not go with them, asks for more than a
   *     row, or would be another one when it is asked again
   */
  static SqlCondition of(Where where, StructType columns) {
    try {
      Seq<AttributeReference> attributes = DataTypeUtils.toAttributes(columns);
      Expression bound = bound(where.parts(), attributes);
      return new SqlCondition(where, Predicate$.MODULE$.createInterpreted(bound));
    } catch (Exception e) { // AnalysisException is checked and not declared
      throw Where.invalid(where.toString(), reason(e));
    }
  }

  /**
   * Whether a row meets it.
   *
   * @throws BadSourceException if it fails of its own accord, which is no file's fault
   */
  boolean meets(InternalRow row) {
    try {
      return predicate.eval(row);
    } catch (RuntimeException e) {
      throw new BadSourceException(
          "Invalid source.where: %s (on a row of the source: %s)".formatted(where, reason(e)), e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Expression bound(List<Expression> parts, Seq<AttributeReference> attributes) {
    Expression all = parts.stream().reduce(And::new).orElseThrow();
    var rows = new LocalRelation((Seq) attributes, emptySeq(), false);
    LogicalPlan plan =
        ANALYZER.executeAndCheck(new Filter(all, rows), new QueryPlanningTracker(Option.empty()));
    Filter filter = (Filter) ReplaceExpressions$.MODULE$.apply(plan);
    requireLasting(filter.condition());
    return BindReferences.bindReference(
        filter.condition(), package$.MODULE$.AttributeSeq((Seq) attributes), false);
  }

  private static void requireLasting(Expression condition) {
    JavaConverters.seqAsJavaList(condition.children()).forEach(SqlCondition::requireLasting);
    if (!condition.deterministic()
        || condition instanceof CurrentDate
        || condition instanceof CurrentTimestampLike
        || condition instanceof LocalTimestamp) {
      throw new IllegalArgumentException(
          "%s gives another value each time; a night's date is ${date}".formatted(condition.sql()));
    }
    if (condition instanceof Unevaluable && !(condition instanceof Attribute)) {
      throw new IllegalArgumentException(
          "%s cannot be told by the columns of a row alone".formatted(condition.sql()));
    }
  }

  private static <T> Seq<T> emptySeq() {
    return JavaConverters.asScalaBuffer(List.<T>of()).toSeq();
  }

  /** What Spark says of it, in one line without the position and the plan. */
  static String reason(Exception e) {
    String text = e instanceof AnalysisException known ? known.getSimpleMessage() : e.getMessage();
    String first =
        String.valueOf(text)
            .strip()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .findFirst()
            .orElse("");
    return first
        .replaceFirst("^\\[[A-Z_.]+] ", "")
        .replaceFirst("(?:; line \\d+ pos \\d+|\\(line \\d+, pos \\d+\\))?[.;]?$", "");
  }
}
