package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.prepare.Lake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which rows are read, held against Spark's own reading of the same folder. */
class RowFilterTest {
  @TempDir static Path folder;
  private static String lake;
  private static Map<String, TreeSet<String>> expected;

  /** 24 rows in two partition columns and row groups of several rows, of all kinds of columns. */
  @BeforeAll
  static void write() throws IOException {
    lake = folder.resolve("lake").toString();
    byte[] png = Lake.png(1);
    Dataset<Row> rows =
        SharedSpark.session()
            .range(24)
            .selectExpr(
                "cast(id as string) as label",
                "cast(id % 3 + 9 as int) as day",
                "if(id % 4 = 0, null, concat('s', id % 2)) as part",
                "if(id % 5 = 0, null, id / 24.0D) as score",
                "cast(id as decimal(12, 2)) as price",
                "date_add(date'2026-11-01', cast(id as int)) as taken",
                "timestamp_seconds(1700000000 + id * 3600) as seen",
                "if(id % 6 = 0, null, named_struct('camera', concat('c', id % 3))) as meta",
                "array('x', concat('t', id % 4)) as tags",
                "id % 2 = 0 as good")
            .withColumn("image", functions.lit(png));
    rows.repartition(2).write().partitionBy("day", "part").parquet(lake);
    expected = readBySpark();
  }

  static List<String> conditions() {
    return List.of(
        "score > 0.5",
        "score > 0.5 or score is null",
        "not (score > 0.5)",
        "day > 9 and score * 2 <= 1",
        "day = 10 or score > 0.9",
        "part = 's1' and good",
        "part is null and price >= 8",
        "day in (9, '11') and label <> '3'",
        "taken between '2026-11-05' and date'2026-11-09'",
        "seen >= timestamp'2023-11-15 00:00:00'",
        "meta.camera = 'c1'",
        "Meta.Camera is null",
        "array_contains(tags, 't2')",
        "exists(tags, t -> t like 't%') and year(taken) = 2026",
        "cast(label as int) % 7 = nvl(day, 0) % 7",
        "label rlike '^1'",
        "score > 2");
  }

  /** All at once: to plan and compile a query takes Spark longer than to read so few rows. */
  private static Map<String, TreeSet<String>> readBySpark() {
    List<String> all = conditions();
    String[] columns =
        Stream.concat(Stream.of("label"), all.stream().map("coalesce(%s, false)"::formatted))
            .toArray(String[]::new);
    Map<String, TreeSet<String>> labels = new HashMap<>();
    all.forEach(where -> labels.put(where, new TreeSet<>()));
    for (Row row : SharedSpark.session().read().parquet(lake).selectExpr(columns).collectAsList()) {
      for (int i = 0; i < all.size(); i++) {
        if (row.getBoolean(i + 1)) {
          labels.get(all.get(i)).add(row.getString(0));
        }
      }
    }
    return labels;
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void sparkReadsTheSameRows(String where) throws IOException {
    assertThat(open(where).labels()).isEqualTo(expected.get(where));
  }

  @Test
  void aColumnThatAFileLacksIsNamed() {
    assertThatThrownBy(() -> open("nosuch = 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Invalid source.where: nosuch = 1 (must be a condition of Spark SQL:")
        .hasMessageContaining("has no column nosuch, it has label, score, price");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "price > (select 1) | scalarsubquery() cannot be told by the columns of a row alone",
        "price in (select 1) | listquery() cannot be told by the columns of a row alone",
        "label = current_user() | current_user() cannot be told by the columns of a row alone"
      })
  void whatARowAloneCannotTellIsRefused(String where, String reason) {
    assertThatThrownBy(() -> open(where))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid source.where: ")
        .hasMessageEndingWith("(must be a condition of Spark SQL: %s)", reason);
  }

  @Test
  void aConditionThatFailsOnARowIsNoFaultOfTheFile() {
    assertThatThrownBy(() -> open("label rlike concat('(', label)").labels())
        .isInstanceOf(BadSourceException.class)
        .hasMessageStartingWith("Invalid source.where: ")
        .hasMessageContaining("(on a row of the source: The value of parameter(s) `regexp`");
  }

  @Test
  void columnsThatSparkCannotTellApartOrHasNoTypeForAreNamed() {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m {required int32 q; required int32 Q; required int64 t (TIMESTAMP(NANOS,true));}");
    assertThatThrownBy(() -> columns("q > 1", schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("a.parquet has columns q and Q, which it cannot tell apart)");
    assertThatThrownBy(() -> columns("t > '2026-01-01'", schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "column t of a.parquet is timestamp(nanos,true), a type that it does not have)");
  }

  private static void columns(String where, MessageType schema) {
    RowFilter filter = new RowFilter(where, Partitions.NONE);
    filter.condition(filter.columns(schema, "a.parquet"), "a.parquet");
  }

  private static OpenedSource open(String where) throws IOException {
    return OpenedSource.of(SourceConfigs.where(where, "image", lake));
  }
}
