package io.millrace.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/** How many files of a source are looked into before it is read: by tasks of a cluster, or here. */
public interface ManyFiles {
  /** How to get to them. */
  Configuration conf();

  /** What is found in each, in their order. */
  <T, R> List<R> look(List<T> files, Function<T, R> into);

  /** By tasks, several files each. */
  static ManyFiles on(JavaSparkContext spark) {
    return new Tasks(spark);
  }

  /** One after the other in this JVM, without a Spark session. */
  static ManyFiles here(Configuration conf) {
    return new Here(conf);
  }

  /** By tasks. */
  record Tasks(JavaSparkContext spark) implements ManyFiles {
    @Override
    public Configuration conf() {
      return spark.hadoopConfiguration();
    }

    @Override
    public <T, R> List<R> look(List<T> files, Function<T, R> into) {
      if (files.isEmpty()) {
        return List.of();
      }
      int tasks = Math.min(files.size(), 4 * spark.defaultParallelism());
      return spark.parallelize(files, tasks).map(into).collect();
    }
  }

  /** In this JVM. */
  record Here(Configuration conf) implements ManyFiles {
    @Override
    public <T, R> List<R> look(List<T> files, Function<T, R> into) {
      List<R> found = new ArrayList<>();
      try {
        for (T file : files) {
          found.add(into.call(file));
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      return found;
    }
  }
}
