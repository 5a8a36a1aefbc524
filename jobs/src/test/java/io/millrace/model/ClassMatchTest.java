package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassMatchTest {
  @Test
  void namesAreMatchedToTheLetter() {
    ClassMatch match = new ClassMatch(List.of("a", "A", "\u00e9", ""), List.of("A", "e\u0301", ""));
    assertThat(match.outputs()).containsExactly(1, -1, 3);
    assertThat(match.unknown()).containsExactly("e\u0301");
    assertThat(match.absent()).containsExactly("a", "\u00e9");
  }

  /** As many as prepare takes; each is looked up, not searched for. */
  @Test
  void aHundredThousandClassesInAnotherOrderAreTheSame() {
    List<String> names =
        new ArrayList<>(IntStream.range(0, 100_000).mapToObj(i -> "class-" + i).toList());
    List<String> backwards = new ArrayList<>(names);
    Collections.reverse(backwards);
    ClassMatch match = new ClassMatch(names, backwards);
    assertThat(match.difference()).isEmpty();
    assertThat(match.outputs()[0]).isEqualTo(99_999);
  }
}
