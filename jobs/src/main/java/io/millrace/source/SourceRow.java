package io.millrace.source;

/**
 * One row as the source has it.
 *
 * @param file its file, relative to the source
 * @param row its number in the file, from 0
 * @param split the source's own split, or null
 * @param label integer or name as text, or null
 * @param image encoded image, or null; grey pixels where {@code rawHeight} is set
 * @param rawHeight height of an image that is raw grey pixels, else 0
 * @param rawWidth width of an image that is raw grey pixels, else 0
 */
public record SourceRow(
    String file, long row, String split, String label, byte[] image, int rawHeight, int rawWidth) {}
