package io.millrace.foreign;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.DataSet;

/** Files of other programs as an RDD of data sets, a file each, read by a loader of DL4J. */
public final class ForeignPaths {
  private static final int BUFFER_BYTES = 1 << 22;

  private ForeignPaths() {}

  /** What {@code loader}, or where there is none {@code multiLoader}, makes of the files. */
  public static JavaRDD<DataSet> load(
      JavaRDD<String> paths, DataSetLoader loader, MultiDataSetLoader multiLoader) {
    HadoopConf hadoop =
        new HadoopConf(JavaSparkContext.fromSparkContext(paths.context()).hadoopConfiguration());
    return paths.map(
        path -> {
          try {
            Source file =
                new RemoteFileSource(path, hadoop.fileSystem(new Path(path)), BUFFER_BYTES);
            return loader != null
                ? loader.load(file)
                : ForeignExamples.dataSet(multiLoader.load(file));
          } catch (ForeignDataException e) {
            throw e;
          } catch (IOException | RuntimeException e) {
            throw new ForeignDataException(
                "Cannot read data set " + path + ": " + e.getMessage(), e);
          }
        });
  }
}
