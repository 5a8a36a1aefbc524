package io.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.check.EquivalentMutants.Mutant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EquivalentMutantsTest {
  private static final Mutant SUM = new Mutant("a.B", "c", "Substituted 0 with 1");

  private static EquivalentMutants of(String... lines) {
    return new EquivalentMutants(List.of(lines));
  }

  @Test
  void anEntryIsUsedUpByAsManyMutantsAsItSays() {
    EquivalentMutants two = of("# why", "", "a.B | c | Substituted 0 with 1 | 2 | overwritten");
    assertThat(two.matches(new Mutant("a.B", "d", "Substituted 0 with 1"))).isFalse();
    assertThat(two.matches(SUM)).isTrue();
    assertThat(two.unmatched())
        .containsExactly(
            "equivalent.txt: a.B | c | Substituted 0 with 1: 1 of them did not survive, or are not"
                + " there");
    assertThat(two.matches(SUM)).isTrue();
    assertThat(two.unmatched()).isEmpty();
    assertThat(two.matches(SUM)).isFalse();
  }

  @Test
  void anEntryHasAReasonAndStandsOnce() {
    assertThatThrownBy(() -> of("a.B | c | Substituted 0 with 1 | 1 | "))
        .hasMessageContaining("(must be class | method | mutation | times | reason)");
    String entry = "a.B | c | Substituted 0 with 1 | 1 | overwritten";
    assertThatThrownBy(() -> of(entry, entry)).hasMessageContaining("(must stand there once)");
  }

  @Test
  void thoseOfTheProductCanBeRead() throws Exception {
    assertThat(EquivalentMutants.read().unmatched()).isNotNull();
  }
}
