package io.millrace.source;

import io.millrace.dataset.Split;
import io.millrace.settings.Key;
import java.util.List;

/** Where {@code prepare} finds the images. */
public record SourceConfig(
    @Key(
            doc =
                "Hadoop path of the source: a Parquet file or folder, a folder with one folder a class, a folder of IDX files, or a pattern such as lake/*/*.parquet.",
            value = "null")
        String path,
    @Key(doc = "Layout of the source; auto tells by what lies there.", value = "auto")
        Format format,
    @Key(
            doc = "Parquet column with the image: a struct of bytes and path, or binary.",
            value = "image")
        String image,
    @Key(
            doc = "Parquet column with the label: an integer, a string, true or false.",
            value = "label")
        String label,
    @Key(doc = "Parquet column that names the split, if there is one.", value = "null")
        String split,
    @Key(
            doc =
                "Whether folders and file names called train, validation, test and their like tell the split; false makes all that no column tells train.",
            value = "true")
        boolean splitByPath,
    @Key(doc = "Splits that are read; empty reads all.", value = "[]") List<Split> splits,
    @Key(
            doc =
                "Class names in order; empty takes the Hugging Face footer, else integers 0 to the highest, else names by code point.",
            value = "[]")
        List<String> classes,
    @Key(doc = "Path of a prepared data set whose class order is taken.", value = "null")
        String classesFrom)
    implements java.io.Serializable {
  /** A source all of whose splits are read, as paths or a column tell them. */
  public SourceConfig(
      String path,
      Format format,
      String image,
      String label,
      String split,
      List<String> classes,
      String classesFrom) {
    this(path, format, image, label, split, true, List.of(), classes, classesFrom);
  }

  /** Layouts of a source. */
  public enum Format {
    AUTO,
    PARQUET,
    FOLDERS,
    IDX
  }
}
