package io.millrace.report;

/** A list of names and what is to be said of them. */
final class Facts {
  private final Markup html = Markup.of("<dl class=\"facts\">");

  /** Adds a fact; one of which there is nothing to say is left out. */
  Facts add(String name, String text) {
    if (!text.isBlank()) {
      html.add("<dt>%s</dt><dd>%s</dd>", name, text);
    }
    return this;
  }

  Markup html() {
    return Markup.of("%s</dl>\n", html);
  }
}
