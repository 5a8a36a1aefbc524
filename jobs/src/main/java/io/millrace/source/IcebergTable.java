package io.millrace.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An Iceberg table; a version is the id of a snapshot.
 *
 * @param name its folder, or its name in a catalogue
 * @param named whether it is a name
 */
record IcebergTable(SparkSession session, String name, boolean named) implements SnapshotTable {
  private static final String KIND = "Iceberg snapshot";
  private static final String ID = "snapshot_id";

  /** What a session needs to read folders, for which Iceberg would start Hive's client. */
  static Map<String, String> settings(String folder) {
    String catalog = "spark.sql.catalog.default_iceberg";
    return Map.of(
        catalog,
        "org.apache.iceberg.spark.SparkCatalog",
        catalog + ".type",
        "hadoop",
        catalog + ".warehouse",
        folder,
        catalog + ".cache-enabled",
        "false");
  }

  @Override
  public TableHistory history() {
    Map<String, String> tags = new TreeMap<>();
    String current = null;
    for (Row ref : metadata("refs").select("name", "type", ID).collectAsList()) {
      if (ref.getString(1).equals("TAG")) {
        tags.put(ref.getString(0), "" + ref.getLong(2));
      } else if (ref.getString(0).equals("main")) {
        current = "" + ref.getLong(2);
      }
    }
    List<TableSnapshot> snapshots = new ArrayList<>();
    for (Row row :
        metadata("snapshots").select(ID, "committed_at").orderBy("committed_at").collectAsList()) {
      snapshots.add(
          new TableSnapshot(name, KIND, "" + row.getLong(0), row.getTimestamp(1).toInstant()));
    }
    return new TableHistory(name, KIND, snapshots, tags, current);
  }

  private Dataset<Row> metadata(String table) {
    return named
        ? session.table(name + "." + table)
        : session.read().format("iceberg").load(name + "#" + table);
  }

  @Override
  public Dataset<Row> at(TableSnapshot snapshot) {
    return named
        ? session.sql("SELECT * FROM %s VERSION AS OF %s".formatted(name, snapshot.id()))
        : session.read().format("iceberg").option("snapshot-id", snapshot.id()).load(name);
  }
}
