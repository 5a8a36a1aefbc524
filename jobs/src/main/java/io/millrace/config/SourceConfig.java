package io.millrace.config;

import io.millrace.settings.Key;
import java.util.List;

/** Where {@code prepare} finds the images. */
public record SourceConfig(
    @Key(
            doc =
                "Hadoop path of the source: a Parquet file or folder, a folder with one folder a class, or a folder of gzipped IDX files.",
            value = "null")
        String path,
    @Key(doc = "Layout of the source; auto tells by what lies there.", value = "auto")
        Format format,
    @Key(
            doc = "Parquet column with the image: a struct of bytes and path, or binary.",
            value = "image")
        String image,
    @Key(doc = "Parquet column with the label: an integer or a string.", value = "label")
        String label,
    @Key(doc = "Parquet column that names the split, if there is one.", value = "null")
        String split,
    @Key(
            doc =
                "Class names in order; empty takes the Hugging Face footer, else integers 0 to the highest, else names by code point.",
            value = "[]")
        List<String> classes,
    @Key(doc = "Path of a prepared data set whose class order is taken.", value = "null")
        String classesFrom)
    implements java.io.Serializable {
  /** Layouts of a source. */
  public enum Format {
    AUTO,
    PARQUET,
    FOLDERS,
    IDX
  }
}
