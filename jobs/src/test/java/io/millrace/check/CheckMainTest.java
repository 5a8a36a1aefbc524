package io.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CheckMainTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final CheckReport report =
      new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void endsWithWhatItCounted() {
    boolean clean =
        CheckMain.run(
            "some",
            found -> {
              found.pass();
              found.fail("net 7: weights differ by 0.3");
              found.pass();
            },
            report);
    assertThat(clean).isFalse();
    assertThat(lines())
        .containsExactly("FAILED net 7: weights differ by 0.3", "check=some passed=2 failed=1");
  }

  @Test
  void everyCheckHasItsRow() throws IOException {
    String page = Files.readString(Path.of("..", "deploy", "README.md"));
    Set<String> rows =
        Pattern.compile("^\\| `(\\w+)` \\| [^|]*\\|$", Pattern.MULTILINE)
            .matcher(page.substring(page.indexOf("## Checks"), page.indexOf("## Security")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());
    assertThat(rows).isEqualTo(CheckMain.CHECKS.keySet());
  }

  @Test
  void whatIsThrownIsAFailure() {
    boolean clean =
        CheckMain.run(
            "some",
            found -> {
              found.pass();
              throw new IllegalStateException("broken");
            },
            report);
    assertThat(clean).isFalse();
    assertThat(lines()).last().isEqualTo("check=some passed=1 failed=1");
  }

  @Test
  void passesOnlyWithCases() {
    assertThat(CheckMain.run("none", found -> {}, report)).isFalse();
    assertThat(CheckMain.run("one", CheckReport::pass, report)).isTrue();
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
