package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeBinaryTest {
  @ParameterizedTest
  @CsvSource({
    "sse2, GENERIC",
    "sse2 avx2, GENERIC",
    "sse2 avx2 fma, AVX2",
    "sse2 avx2 fma avx512f avx512cd, AVX2",
    "sse2 avx2 fma avx512f avx512bw avx512dq avx512vl, AVX512"
  })
  void takesTheHighestBinaryWhoseInstructionsTheCpuHas(String flags, NativeBinary expected) {
    assertThat(NativeBinary.forFlags(Set.of(flags.split(" ")))).isEqualTo(expected);
  }

  @Test
  void keepsTheChoiceThatIsSet() {
    String before = System.getProperty(NativeBinary.PROPERTY);
    try {
      System.setProperty(NativeBinary.PROPERTY, "-mine");
      assertThat(NativeBinary.select()).isEqualTo("-mine");
    } finally {
      System.setProperty(NativeBinary.PROPERTY, before);
    }
  }

  @Test
  void aPinLowersTheChoiceAndNeverLiftsIt() {
    assertThat(NativeBinary.AVX512.atMost(NativeBinary.AVX2)).isEqualTo(NativeBinary.AVX2);
    assertThat(NativeBinary.AVX2.atMost(NativeBinary.AVX512)).isEqualTo(NativeBinary.AVX2);
    assertThat(NativeBinary.GENERIC.atMost(NativeBinary.AVX2)).isEqualTo(NativeBinary.GENERIC);
  }
}
