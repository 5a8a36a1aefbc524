package io.millrace.preview;

/**
 * An image to show.
 *
 * @param id its key: that of the prepared set, or its number where there is none
 * @param label its class, as people say it
 * @param encoded its bytes, as they are or would be stored
 */
record PreviewImage(long id, String label, byte[] encoded) {}
