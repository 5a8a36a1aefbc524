package io.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountsTest {
  @Test
  void oneIsSingularAndAllElseIsPlural() {
    assertThat(Counts.of(1, "file")).isEqualTo("1 file");
    assertThat(Counts.of(0, "file")).isEqualTo("0 files");
    assertThat(Counts.of(12_345, "update")).isEqualTo("12,345 updates");
    assertThat(Counts.of(1, "class")).isEqualTo("1 class");
    assertThat(Counts.of(5, "epoch")).isEqualTo("5 epochs");
    assertThat(Counts.of(2, "batch")).isEqualTo("2 batches");
    assertThat(Counts.of(10, "class")).isEqualTo("10 classes");
  }

  @Test
  void reasonsHaveTheirCountBefore() {
    assertThat(Counts.words(new TreeMap<>(Map.of("b", 1L, "a", 1000L)))).isEqualTo("1,000 a, 1 b");
  }
}
