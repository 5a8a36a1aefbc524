package io.millrace.report;

/**
 * A number that stands out.
 *
 * @param name what it is
 * @param value the number
 * @param note one more thing to know of it
 */
public record Tile(String name, String value, String note) {
  Markup html() {
    return Markup.of(
        "<div><dt>%s</dt><dd>%s</dd><dd class=\"note\">%s</dd></div>", name, value, note);
  }
}
