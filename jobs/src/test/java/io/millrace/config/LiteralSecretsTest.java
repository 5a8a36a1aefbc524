package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in a config come by reference. */
class LiteralSecretsTest {
  private static final Variables HERE = Variables.of(Map.of("STORE_SECRET", "w0rd-of-a-test"));

  @Test
  void aSecretInAnAddressIsRefusedAndNotSaid() {
    String rule =
        "must hold no secret: write ${NAME}, a variable of the environment, or use a credential"
            + " provider of Hadoop";
    assertThatThrownBy(() -> read("source: {path: [a, 's3a://key:w0rd@bucket/lake']}\nseed: x"))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("w0rd")
        .hasMessageStartingWith(
            "test:1: Invalid source.path[1]: s3a://…@bucket/lake (%s)".formatted(rule));
    for (String login : List.of("key:w0/rd", "key:/w0rd", "key%3Aw0rd", "key:12345w0/rd")) {
      assertThatThrownBy(() -> read("", "output=s3a://%s@bucket/lake".formatted(login)))
          .hasMessageNotContaining("rd@")
          .hasMessageContaining("Invalid output: s3a://…@bucket/lake (%s)", rule);
    }
    assertThatThrownBy(() -> read("", "output=https://acc/x?sig=w0rd"))
        .hasMessageNotContaining("w0rd")
        .hasMessage(
            "--set output=https://acc/x?sig=…: Invalid output: https://acc/x?sig=… (%s)", rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3a://key:${STORE_SECRET}@bucket/lake | s3a://key:w0rd-of-a-test@bucket/lake",
        "abfs://lake@acc.dfs.core.windows.net/x | abfs://lake@acc.dfs.core.windows.net/x",
        "hdfs://nn:8020/a:b@c | hdfs://nn:8020/a:b@c",
      })
  void whatIsNoneOrAReferenceIsTaken(String path, String read) {
    assertThat(read("source: {path: '%s'}".formatted(path)).source().place()).isEqualTo(read);
  }

  @Test
  void whatIsKeptOfAConfigHasTheReference() {
    RunConfig config = read("output: 'out/${STORE_SECRET}/x'");
    assertThat(config.output()).isEqualTo("out/w0rd-of-a-test/x");
    assertThat(ConfigWriter.shown(config))
        .contains("output: out/${STORE_SECRET}/x")
        .doesNotContain("w0rd");
    RunConfig again = ConfigReader.read("kept", ConfigWriter.shown(config), List.of(), HERE);
    assertThat(again).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"init.from=m/${STORE_SECRET}.zip"})
  void aKeyThatDecidesIsTheSameByReferenceAndByValue(String key) {
    RunConfig config = read("", key);
    assertThat(DecidingKeys.of(ConfigWriter.shown(config))).isEqualTo(DecidingKeys.of(config));
    assertThat(DecidingKeys.of(config).toString()).doesNotContain("w0rd");
  }

  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("test", yaml, List.of(overrides), HERE);
  }
}
