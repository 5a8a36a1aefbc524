package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The frame of a page: one file that holds its style and asks no network for anything. */
final class Page {
  private static final String STYLE = "report.css";

  private Page() {}

  /** The head of a page of that title, up to where its content begins. */
  static Markup head(String title) {
    return head(title, Markup.none());
  }

  /** The same of a page that the browser loads anew after some seconds, without a script. */
  static Markup head(String title, int reloadSeconds) {
    return head(title, Markup.of("<meta http-equiv=\"refresh\" content=\"%d\">", reloadSeconds));
  }

  private static Markup head(String title, Markup more) {
    return Markup.of(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<meta name=\"color-scheme\" content=\"light dark\">"
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; img-src data:\">"
            + "%s<title>%s – Millrace</title>\n<style>\n%s</style></head>\n<body><main>\n",
        more, title, style());
  }

  /** What ends a page. */
  static Markup foot() {
    return Markup.of("</main></body></html>\n");
  }

  /** A text to fold, without its secrets; nothing where it is blank. */
  static Markup text(String title, String text, boolean open) {
    return text.isBlank()
        ? Markup.none()
        : Markup.of(
            "<section><details class=\"card\"%s><summary><h2>%s</h2></summary><pre>%s</pre></details></section>\n",
            open ? " open" : "", title, Secrets.hidden(text.strip()));
  }

  private static Markup style() {
    try (InputStream in = Page.class.getResourceAsStream(STYLE)) {
      return Markup.trusted(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + STYLE + ": " + e.getMessage(), e);
    }
  }
}
