package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The frame of a page: one file that holds its style and asks no network for anything. */
final class Page {
  private Page() {}

  /** The head of a page of that title, up to where its content begins. */
  static String head(String title) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\">"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
        + " style-src 'unsafe-inline'; img-src data:\">"
        + "<title>"
        + Html.escape(title)
        + " – Millrace</title>\n<style>\n"
        + resource("report.css")
        + "</style></head>\n<body><main>\n";
  }

  /** What ends a page. */
  static String foot() {
    return "</main></body></html>\n";
  }

  /** A text to fold, without its secrets; nothing where it is blank. */
  static String text(String title, String text, boolean open) {
    return text.isBlank()
        ? ""
        : "<section><details class=\"card\"%s><summary><h2>%s</h2></summary><pre>%s</pre></details></section>\n"
            .formatted(open ? " open" : "", title, Html.escape(Secrets.hidden(text.strip())));
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + name + ": " + e.getMessage(), e);
    }
  }
}
