package io.millrace.report;

import io.millrace.metrics.Figures;
import java.util.Collection;

/**
 * A piece of a page. Whatever is put into it is text and is escaped, unless it is markup already:
 * only patterns, which stand in the code, are taken as they are.
 */
final class Markup {
  private final StringBuilder html = new StringBuilder();

  /** Markup by a pattern, see {@link #add}. */
  static Markup of(String pattern, Object... values) {
    return new Markup().add(pattern, values);
  }

  /** No markup. */
  static Markup none() {
    return new Markup();
  }

  /** What a file of our own holds. */
  static Markup trusted(String html) {
    Markup markup = new Markup();
    markup.html.append(html);
    return markup;
  }

  /**
   * Adds a pattern of markup, as of {@link String#format}, in English.
   *
   * @param values what is put in: markup as it is, numbers by the pattern, all else escaped
   */
  Markup add(String pattern, Object... values) {
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boolean plain = values[i] instanceof Markup || values[i] instanceof Number;
      safe[i] = plain ? values[i] : escape(String.valueOf(values[i]));
    }
    html.append(Figures.format(pattern, safe));
    return this;
  }

  /** Adds markup. */
  Markup add(Markup more) {
    html.append(more.html);
    return this;
  }

  /** Whether there is nothing in it. */
  boolean isEmpty() {
    return html.isEmpty();
  }

  /** Adds each in its order. */
  Markup add(Collection<Markup> all) {
    all.forEach(this::add);
    return this;
  }

  /** Text with everything escaped that markup could be made of. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? ' ' : c);
      }
    }
    return escaped.toString();
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
