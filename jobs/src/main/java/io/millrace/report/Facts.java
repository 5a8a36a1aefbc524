package io.millrace.report;

/** A list of names and what is to be said of them; every text is escaped. */
final class Facts {
  private final StringBuilder html = new StringBuilder("<dl class=\"facts\">");

  /** Adds a fact; one of which there is nothing to say is left out. */
  Facts add(String name, String text) {
    if (!text.isBlank()) {
      html.append("<dt>")
          .append(Html.escape(name))
          .append("</dt><dd>")
          .append(Html.escape(text))
          .append("</dd>");
    }
    return this;
  }

  String html() {
    return html + "</dl>\n";
  }
}
