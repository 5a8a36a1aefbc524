package io.millrace.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedRandomTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 2391539541053276776, 920862675595841680, 0.6703283700586791",
    "1, 0, 0, -2125252769065580202, 7437125459209307225, 0.8382649215811694",
    "1, 2, 3, 2399657773382937285, 8067101194408944102, 0.9549255112847241",
    "-5, 100, 9223372036854775807, -6166521976883925639, -6283029122364779394, 0.8927935386773419"
  })
  void theNumbersNeverChange(
      long seed, long epoch, long id, long first, long second, double third) {
    KeyedRandom random = new KeyedRandom().key(seed, epoch, id);
    assertThat(random.nextLong()).isEqualTo(first);
    assertThat(random.nextLong()).isEqualTo(second);
    assertThat(random.nextDouble()).isEqualTo(third);
  }

  @Test
  void aKeyStartsItsNumbersAgain() {
    KeyedRandom random = new KeyedRandom().key(1, 2, 3);
    long first = random.nextLong();
    random.key(9, 9, 9).nextLong();
    assertThat(random.key(1, 2, 3).nextLong()).isEqualTo(first);
  }

  @Test
  void neighbouringKeysHaveDifferentNumbers() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      for (long epoch = 0; epoch < 20; epoch++) {
        for (long id = 0; id < 100; id++) {
          seen.add(new KeyedRandom().key(seed, epoch, id).nextLong());
        }
      }
    }
    assertThat(seen).hasSize(20 * 20 * 100);
  }
}
