package io.millrace.prepare;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Parquet with the rows that cannot be used: file, row, label, reason, detail, split. */
final class Quarantine {
  private static final StructType SCHEMA =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("file", DataTypes.StringType, false),
              DataTypes.createStructField("row", DataTypes.LongType, false),
              DataTypes.createStructField("label", DataTypes.StringType, true),
              DataTypes.createStructField("reason", DataTypes.StringType, false),
              DataTypes.createStructField("detail", DataTypes.StringType, false),
              DataTypes.createStructField("split", DataTypes.StringType, true)));

  private Quarantine() {}

  static void write(SparkSession spark, JavaRDD<Rejection> rejections, Path folder) {
    JavaRDD<Row> rows =
        rejections.map(
            r ->
                RowFactory.create(
                    r.file(), r.row(), r.label(), r.reason().toString(), r.detail(), r.split()));
    spark.createDataFrame(rows, SCHEMA).orderBy("file", "row").write().parquet(folder.toString());
  }
}
