package io.millrace.source;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.execution.datasources.PartitionPath;
import org.apache.spark.sql.execution.datasources.PartitionSpec;
import org.apache.spark.sql.execution.datasources.PartitioningUtils$;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * The columns that folders tell, {@code day=2026-11-21/source=web}, with the types that Spark gives
 * them by their values.
 *
 * @param columns in the order of the folders
 */
record Partitions(StructType columns) implements Serializable {
  /** No such folders. */
  static final Partitions NONE = new Partitions(new StructType());

  private static final Path TOP = new Path("/top");

  /**
   * Those of some folders, which have the same columns.
   *
   * @param folders relative to the source
   * @throws IllegalArgumentException if they have not
   */
  static Partitions of(Collection<String> folders) {
    return new Partitions(spec(folders, Option.empty()).partitionColumns());
  }

  /** Names of the columns. */
  List<String> names() {
    return Arrays.asList(columns.fieldNames());
  }

  /** Their values in a folder, in their order. */
  InternalRow values(String folder) {
    if (columns.isEmpty()) {
      return InternalRow.empty();
    }
    List<PartitionPath> parsed =
        JavaConverters.seqAsJavaList(spec(List.of(folder), Option.apply(columns)).partitions());
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: it lies in no folder of the partition column %s"
              .formatted(folder, names().get(0)));
    }
    return parsed.get(0).values();
  }

  private static PartitionSpec spec(Collection<String> folders, Option<StructType> known) {
    List<Path> paths = new ArrayList<>();
    new TreeSet<>(folders).forEach(folder -> paths.add(new Path(TOP + written(folder))));
    try {
      return PartitioningUtils$.MODULE$.parsePartitions(
          JavaConverters.asScalaBuffer(paths).toSeq(),
          true,
          JavaConverters.asScalaSet(java.util.Set.of(TOP)).toSet(),
          known,
          false,
          false,
          ZoneId.systemDefault());
    } catch (AssertionError e) {
      throw new IllegalArgumentException("Cannot read the source: " + wrong(folders, e), e);
    }
  }

  /** What Spark does not take of some folders; it says so in many lines, or not of which. */
  private static String wrong(Collection<String> folders, AssertionError said) {
    Map<String, String> byColumns = new LinkedHashMap<>();
    for (String folder : new TreeSet<>(folders)) {
      for (String name : folder.split("/")) {
        if (name.indexOf('=') == name.length() - 1 && name.length() > 1) {
          return "folder %s has no value (must have one: a lake writes null as %s)"
              .formatted(folder, ExternalCatalogUtils.DEFAULT_PARTITION_NAME());
        }
      }
      byColumns.putIfAbsent(written(folder).replaceAll("=[^/]*", ""), folder);
    }
    return byColumns.size() > 1
        ? "its folders have different partition columns: "
            + String.join("; ", byColumns.values().stream().limit(2).toList())
        : said.getMessage().lines().findFirst().orElse("");
  }

  /** The folders that tell something, as Spark would have escaped their names. */
  private static String written(String folder) {
    StringBuilder path = new StringBuilder();
    for (String name : folder.split("/")) {
      int equals = name.indexOf('=');
      if (equals > 0) {
        path.append('/').append(escaped(name.substring(0, equals)));
        path.append('=').append(escaped(name.substring(equals + 1)));
      }
    }
    return path.toString();
  }

  private static String escaped(String part) {
    String value = HivePath.unescaped(part);
    return value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME())
        ? value
        : ExternalCatalogUtils.escapePathName(value);
  }
}
