package io.millrace.report;

import java.util.List;
import java.util.stream.Collectors;

/** A text in Markdown while it grows. What is given as text is shown as such. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  Markdown title(int level, String title) {
    text.append(text.length() == 0 ? "" : "\n").append("#".repeat(level)).append(' ');
    text.append(shown(title)).append("\n\n");
    return this;
  }

  Markdown line(String line) {
    text.append(shown(line)).append('\n');
    return this;
  }

  /** A line of a list. */
  Markdown item(String name, String value) {
    text.append("- ").append(shown(name)).append(": ").append(shown(value)).append('\n');
    return this;
  }

  /** Lines as they are. */
  Markdown code(String language, List<String> lines) {
    text.append("\n```").append(language).append('\n');
    lines.forEach(line -> text.append(line.replace("```", "'''")).append('\n'));
    text.append("```\n");
    return this;
  }

  /** A table; numbers stand right. */
  Markdown table(List<String> heads, List<List<String>> rows) {
    text.append('\n');
    row(heads);
    row(heads.stream().map(head -> head.equals(heads.get(0)) ? "---" : "---:").toList(), "");
    rows.forEach(this::row);
    return this;
  }

  private void row(List<String> cells) {
    row(cells.stream().map(Markdown::shown).toList(), " ");
  }

  private void row(List<String> cells, String around) {
    text.append(
        cells.stream()
            .map(cell -> around + cell + around)
            .collect(Collectors.joining("|", "|", "|\n")));
  }

  /** What a reader of Markdown or HTML would take for a sign is none. */
  static String shown(String text) {
    return text.replaceAll("\\s+", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("([\\\\`*_\\[\\]|#])", "\\\\$1");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
