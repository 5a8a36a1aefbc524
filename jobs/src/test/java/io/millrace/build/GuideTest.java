package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuideTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern SHIPPED = Pattern.compile("(?<![\\w/])(?:conf|deploy)/[\\w./-]*\\w");

  static List<Guide> guides() throws IOException {
    return Guide.of(PROJECT);
  }

  @ParameterizedTest
  @MethodSource("guides")
  void whatAPageShowsInYamlIsAConfig(Guide guide) {
    for (String shown : guide.blocks("yaml")) {
      if (shown.contains("changes:")) {
        continue; // of a series, whose own test reads it
      }
      assertThat(ConfigReader.read(guide.toString(), shown, List.of())).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void linksLeadSomewhere(Guide guide) throws IOException {
    for (String link : guide.links()) {
      String[] parts = link.split("#", 2);
      Path target =
          parts[0].isEmpty() ? guide.file() : guide.file().resolveSibling(parts[0]).normalize();
      assertThat(target).as(link).exists();
      if (parts.length > 1) {
        assertThat(new Guide(target, Files.readString(target)).anchors())
            .as(link)
            .contains(parts[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void filesThatAPageNamesAreThere(Guide guide) {
    SHIPPED
        .matcher(guide.text())
        .results()
        .map(name -> name.group())
        .forEach(name -> assertThat(PROJECT.resolve(name)).as(guide + " names it").exists());
  }

  @Test
  void theCheckRunsTheCommandsOfShellBlocksAlone() {
    assertThat(
            ReadmeCheck.commands(
                "a\n```sh\ndeploy/x --y  # why\nmvn -B verify\n\nls '#'\n```\n```yaml\nb: 1\n```\n"))
        .containsExactly("deploy/x --y", "ls '#'");
  }

  /** One screen that starts people; what is longer has a page of its own. */
  @ParameterizedTest
  @MethodSource("guides")
  void readmeStaysShort(Guide guide) {
    if (guide.file().equals(PROJECT.resolve("README.md"))) {
      assertThat(guide.text().lines().count()).isLessThan(130);
    }
  }
}
