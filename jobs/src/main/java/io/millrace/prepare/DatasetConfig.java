package io.millrace.prepare;

import io.millrace.settings.Key;

/** The prepared data set: where it is, and how {@code prepare} makes it. */
public record DatasetConfig(
    @Key(doc = "Hadoop path of the prepared data set.", value = "null") String path,
    @Key(doc = "Rows of a block, the unit of shuffled reading.", value = "256", min = 1)
        int blockRows,
    @Key(doc = "Blocks of one Parquet file at most.", value = "16", min = 1) int fileBlocks,
    @Key(
            doc =
                "Share of train that becomes validation where the source has none, by hash of the image bytes; no class of two images misses it.",
            value = "0.1",
            min = 0,
            max = 0.9)
        double validationShare,
    @Key(doc = "Resize images to this short side, in pixels; 0 keeps them.", value = "0", min = 0)
        int shortSide,
    @Key(
            doc =
                "Encoding of stored images; keep stores PNG and JPEG as they are, all else as PNG.",
            value = "keep")
        Encoding encoding,
    @Key(doc = "Quality of re-encoded JPEG, in percent.", value = "90", min = 1, max = 100)
        int jpegQuality,
    @Key(
            doc = "Largest share of rows in quarantine before prepare fails.",
            value = "0.01",
            min = 0,
            max = 1)
        double maxBadShare)
    implements java.io.Serializable {
  /** Encodings of stored images. */
  public enum Encoding {
    KEEP,
    PNG,
    JPEG
  }
}
