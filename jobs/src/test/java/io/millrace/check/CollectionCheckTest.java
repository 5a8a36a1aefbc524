package io.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.check.CollectionCheck.Case;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sample of {@code deploy/check collection}. */
class CollectionCheckTest {
  static Stream<Case> cases() {
    return Stream.of(
        Case.kernels("1", 4), Case.training("13", "NONE", 2), Case.scoring("7", "NONE", 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noArrayIsFreedUnderNativeCode(Case one) throws Exception {
    assertThat(CollectionCheck.lines(one)).last().isEqualTo(one.end());
  }
}
