package io.millrace.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A Delta Lake table; versions are numbered from 0.
 *
 * @param name its folder, or its name in a catalogue
 * @param named whether it is a name
 */
record DeltaTable(SparkSession session, String name, boolean named) implements SnapshotTable {
  private static final String KIND = "Delta version";

  @Override
  public TableHistory history() {
    String table = named ? name : "delta.`%s`".formatted(name.replace("`", "``"));
    List<TableSnapshot> snapshots = new ArrayList<>();
    for (Row row :
        session
            .sql("DESCRIBE HISTORY " + table)
            .select("version", "timestamp")
            .orderBy("version")
            .collectAsList()) {
      snapshots.add(
          new TableSnapshot(name, KIND, "" + row.getLong(0), row.getTimestamp(1).toInstant()));
    }
    String last = snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1).id();
    return new TableHistory(name, KIND, snapshots, Map.of(), last);
  }

  @Override
  public Dataset<Row> at(TableSnapshot snapshot) {
    return named
        ? session.sql("SELECT * FROM %s VERSION AS OF %s".formatted(name, snapshot.id()))
        : session.read().format("delta").option("versionAsOf", snapshot.id()).load(name);
  }
}
