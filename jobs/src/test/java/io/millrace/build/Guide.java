package io.millrace.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One page of the documentation: what it shows, and where it leads. */
public record Guide(Path file, String text) {
  /** {@code [text](target)}, targets on the web aside. */
  private static final Pattern LINK = Pattern.compile("\\[[^]\n]*]\\((?!https?:)([^)\\s]*)\\)");

  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);

  /** All pages of a project, README first. */
  public static List<Guide> of(Path project) throws IOException {
    try (Stream<Path> inside =
        Stream.of("", "conf", "deploy", "jobs").map(project::resolve).flatMap(Guide::pages)) {
      return inside.map(Guide::read).toList();
    }
  }

  private static Stream<Path> pages(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Guide read(Path file) {
    try {
      return new Guide(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands between fences of a language. */
  public List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** Paths of files, with {@code #heading} or without. */
  List<String> links() {
    return LINK.matcher(text).results().map(link -> link.group(1)).toList();
  }

  /** What a heading is called in a link, as GitHub makes it. */
  List<String> anchors() {
    return HEADING
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(heading -> heading.replaceFirst("^#+ +", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
