package io.millrace.source;

/**
 * One row as the source has it.
 *
 * @param file its file, relative to the source
 * @param row its number in the file, from 0
 * @param split the source's own split, {@link #NO_SPLIT} where a row has none and others do, or
 *     null
 * @param label integer or name as text, or null
 * @param image encoded image, or null; grey pixels where {@code rawHeight} is set
 * @param rawHeight height of an image that is raw grey pixels, else 0
 * @param rawWidth width of an image that is raw grey pixels, else 0
 * @param missing why there is no image, or null
 * @param damaged whether that is because what stands for it is none
 */
public record SourceRow(
    String file,
    long row,
    String split,
    String label,
    byte[] image,
    int rawHeight,
    int rawWidth,
    String missing,
    boolean damaged) {
  /** The split of a row whose split column is null: no split's name. */
  public static final String NO_SPLIT = "";

  static final String NO_IMAGE = "it has no image";

  /** A row whose image, or what stands for it, is not damaged as far as is known. */
  public SourceRow(
      String file,
      long row,
      String split,
      String label,
      byte[] image,
      int rawHeight,
      int rawWidth,
      String missing) {
    this(file, row, split, label, image, rawHeight, rawWidth, missing, false);
  }

  SourceRow(
      String file,
      long row,
      String split,
      String label,
      byte[] image,
      int rawHeight,
      int rawWidth) {
    this(
        file,
        row,
        split,
        label,
        image,
        rawHeight,
        rawWidth,
        image == null ? NO_IMAGE : null,
        false);
  }

  /** Whether the row has the path of an image, and neither bytes nor a file there. */
  public boolean pathOnly() {
    return image == null && missing != null && !damaged && !missing.equals(NO_IMAGE);
  }

  SourceRow with(byte[] found) {
    return new SourceRow(file, row, split, label, found, rawHeight, rawWidth);
  }

  SourceRow without(String reason) {
    return new SourceRow(file, row, split, label, null, rawHeight, rawWidth, reason, false);
  }

  SourceRow damaged(String reason) {
    return new SourceRow(file, row, split, label, null, rawHeight, rawWidth, reason, true);
  }
}
