package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Opens a source by its format, or by what lies there. */
public final class Sources {
  private static final Set<String> PARQUET = Set.of("parquet", "parq", "pq");
  private static final int MOST_LOOKS = 16;
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  private Sources() {}

  /** Opens a source by what tasks of a cluster find in its files. */
  public static Source open(SourceFiles files, SourceConfig config, JavaSparkContext spark)
      throws IOException {
    return open(files, config, ManyFiles.on(spark));
  }

  /**
   * Opens a source.
   *
   * @param looks how its files are looked into
   * @throws IllegalArgumentException if there is nothing to read
   */
  public static Source open(SourceFiles files, SourceConfig config, ManyFiles looks)
      throws IOException {
    if (files.files().isEmpty()) {
      String rest = files.links().isEmpty() ? "" : ", but " + String.join("; ", files.links());
      throw new IllegalArgumentException(
          "Cannot read %s: it has no files%s".formatted(config.place(), rest));
    }
    return switch (format(files, config, looks)) {
      case PARQUET -> parquetSource(files, config, looks);
      case IDX -> {
        requireFolders(files, config, "IDX files");
        yield new IdxSource(files, config, looks.conf());
      }
      default -> {
        requireFolders(files, config, "folders of images");
        yield config.isLabelled()
            ? new FolderSource(files, config, looks.conf())
            : new LooseImages(files, config, looks.conf());
      }
    };
  }

  private static void requireFolders(SourceFiles files, SourceConfig config, String what) {
    if (config.isLabelled()) {
      requireNoColumn("image", config.image(), files, what);
      requireNoColumn("label", config.label(), files, what);
      requireNoColumn("split", config.split(), files, what);
    }
    files.filter().requireNone(what);
    files.filter().requireTold(files.files());
  }

  /** A name that is not the default one, which is the key's own, and that no folder tells. */
  private static void requireNoColumn(String key, String column, SourceFiles files, String what) {
    boolean meant =
        column != null
            && (!column.equals(key) || key.equals("split"))
            && files.files().stream().noneMatch(file -> HivePath.has(file.path(), column));
    if (meant) {
      throw new IllegalArgumentException(
          "Invalid source.%s: %s (must be left out, %s have no columns)"
              .formatted(key, column, what));
    }
  }

  private static ImageFiles place(SourceFiles files, ManyFiles looks) {
    return new ImageFiles(files.root().toString(), new HadoopConf(looks.conf()));
  }

  private static Format format(SourceFiles files, SourceConfig config, ManyFiles looks)
      throws IOException {
    if (config.format() != Format.AUTO) {
      return config.format();
    }
    if (files.files().stream().anyMatch(Sources::isNamedParquet)) {
      return Format.PARQUET;
    }
    if (files.files().stream().anyMatch(file -> IdxPairs.isImages(file.name()))) {
      return Format.IDX;
    }
    ImageFiles source = place(files, looks);
    for (var file : files.files().stream().filter(Sources::isNameless).limit(MOST_LOOKS).toList()) {
      if (isParquet(file, source)) {
        return Format.PARQUET;
      }
    }
    return Format.FOLDERS;
  }

  private static Source parquetSource(SourceFiles files, SourceConfig config, ManyFiles looks) {
    SourceFiles parquet = parquet(files, config, looks);
    Set<SourceFiles.Entry> read = Set.copyOf(parquet.files());
    List<String> beside =
        files.files().stream()
            .filter(file -> !read.contains(file))
            .map(SourceFiles.Entry::extension)
            .toList();
    return new ParquetSource(parquet, beside, config, looks);
  }

  /** The Parquet files, also those without an extension, as Hive, Trino and Athena write them. */
  private static SourceFiles parquet(SourceFiles files, SourceConfig config, ManyFiles looks) {
    List<SourceFiles.Entry> nameless = files.files().stream().filter(Sources::isNameless).toList();
    ImageFiles source = place(files, looks);
    List<Boolean> byBytes = looks.look(nameless, file -> isParquet(file, source));
    Set<SourceFiles.Entry> unnamed = new HashSet<>();
    for (int i = 0; i < nameless.size(); i++) {
      if (byBytes.get(i)) {
        unnamed.add(nameless.get(i));
      }
    }
    List<SourceFiles.Entry> parquet =
        files.files().stream()
            .filter(file -> isNamedParquet(file) || unnamed.contains(file))
            .toList();
    if (parquet.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: it has no Parquet files".formatted(config.place()));
    }
    files.filter().requireTold(parquet);
    return files.with(parquet);
  }

  private static boolean isNamedParquet(SourceFiles.Entry file) {
    return PARQUET.contains(file.extension());
  }

  /**
   * Whether only its bytes say what a file is: its name has no extension, or a number behind a dot,
   * or what Parquet files are called in the middle, as in {@code train.parquet-00000-of-00001}.
   */
  private static boolean isNameless(SourceFiles.Entry file) {
    String name = file.name().toLowerCase(Locale.ROOT);
    return file.extension().matches("c?\\d*") || name.contains(".parq") || name.contains(".pq");
  }

  private static boolean isParquet(SourceFiles.Entry file, ImageFiles source) throws IOException {
    return Arrays.equals(source.head(file.path(), MAGIC.length), MAGIC);
  }
}
