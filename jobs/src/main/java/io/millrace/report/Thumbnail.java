package io.millrace.report;

/**
 * A small picture for the report.
 *
 * @param png the picture as PNG
 * @param caption what stands under it
 * @param note a second, quieter line; may be empty
 */
public record Thumbnail(byte[] png, String caption, String note) {}
