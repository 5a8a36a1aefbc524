package io.millrace.source;

import io.millrace.config.SourceConfig;
import io.millrace.config.SourceConfig.Format;
import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** Opens a source by its format, or by what lies there. */
public final class Sources {
  private Sources() {}

  public static Source open(SourceFiles files, SourceConfig config, JavaSparkContext spark)
      throws IOException {
    if (files.files().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: it has no files".formatted(config.path()));
    }
    return switch (format(files, config)) {
      case PARQUET -> new ParquetSource(parquet(files, config), config, spark);
      case IDX -> new IdxSource(files, config.path(), spark.hadoopConfiguration());
      default -> new FolderSource(files, config.path(), spark.hadoopConfiguration());
    };
  }

  private static Format format(SourceFiles files, SourceConfig config) {
    if (config.format() != Format.AUTO) {
      return config.format();
    }
    if (files.files().stream().anyMatch(file -> isParquet(file.name()))) {
      return Format.PARQUET;
    }
    return files.files().stream().anyMatch(file -> IdxSource.isImages(file.name()))
        ? Format.IDX
        : Format.FOLDERS;
  }

  private static SourceFiles parquet(SourceFiles files, SourceConfig config) {
    List<SourceFiles.Entry> parquet =
        files.files().stream().filter(file -> isParquet(file.name())).toList();
    if (parquet.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: it has no *.parquet files".formatted(config.path()));
    }
    return new SourceFiles(files.root(), parquet);
  }

  private static boolean isParquet(String name) {
    return name.endsWith(".parquet");
  }
}
