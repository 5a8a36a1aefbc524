package io.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
