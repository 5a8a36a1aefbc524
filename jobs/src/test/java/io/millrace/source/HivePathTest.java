package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HivePathTest {
  @ParameterizedTest
  @CsvSource({
    "label=cat/0.parquet, cat",
    "label=H%C3%BCnd/0.parquet, Hünd",
    "label=%E7%8C%AB%20%F0%9F%90%B1/0.parquet, 猫 🐱",
    "label=Hünd%2Fa/0.parquet, Hünd/a",
    "label=a%3Ab%25/0.parquet, a:b%",
    "label=50%/0.parquet, 50%",
    "label=%zz%4/0.parquet, %zz%4",
    "label=caf%E9/0.parquet, café",
    "label=__HIVE_DEFAULT_PARTITION__/0.parquet, ",
  })
  void valuesAreUnescapedAsTheBytesOfUtf8(String file, String value) {
    assertThat(HivePath.value(file, "label")).isEqualTo(value);
  }
}
