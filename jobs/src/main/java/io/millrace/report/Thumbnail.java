package io.millrace.report;

import java.util.Base64;

/**
 * A small picture for the report.
 *
 * @param png the picture as PNG
 * @param caption what stands under it
 * @param note a second, quieter line; may be empty
 */
public record Thumbnail(byte[] png, String caption, String note) {
  Markup html() {
    return Markup.of(
        "<figure><img src=\"data:image/png;base64,%s\" alt=\"%s %s\"><figcaption>%s"
            + "<small>%s</small></figcaption></figure>\n",
        Base64.getEncoder().encodeToString(png), caption, note, caption, note);
  }
}
