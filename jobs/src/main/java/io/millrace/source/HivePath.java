package io.millrace.source;

import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/** Values of partition columns, which lakes keep in the names of folders: {@code label=cat/...}. */
final class HivePath {
  private HivePath() {}

  /** Whether a file lies in a partition of that column. */
  static boolean has(String file, String column) {
    return escaped(file, column) != null;
  }

  /** The value of a partition column, or null where the lake has null. */
  static String value(String file, String column) {
    String value = ExternalCatalogUtils.unescapePathName(escaped(file, column));
    return value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME()) ? null : value;
  }

  private static String escaped(String file, String column) {
    String[] names = file.split("/");
    for (int i = 0; i < names.length - 1; i++) {
      int equals = names[i].indexOf('=');
      if (equals > 0
          && ExternalCatalogUtils.unescapePathName(names[i].substring(0, equals)).equals(column)) {
        return names[i].substring(equals + 1);
      }
    }
    return null;
  }
}
