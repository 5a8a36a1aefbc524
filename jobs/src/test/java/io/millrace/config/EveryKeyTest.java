package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.exchange.AfterWarmup;
import io.millrace.exchange.Every;
import io.millrace.exchange.FixedEvery;
import io.millrace.exchange.PostLocal;
import io.millrace.exchange.Qsr;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code averaging.every}: a choice of which one is a bare number. */
class EveryKeyTest {
  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  private static Every every(String yaml, String... overrides) {
    return read(yaml, overrides).averaging().every();
  }

  @Test
  void aNumberIsTheSameInEveryRound() {
    assertThat(every("")).isEqualTo(new FixedEvery(1));
    assertThat(every("averaging: {every: 8}")).isEqualTo(new FixedEvery(8));
    assertThat(every("averaging: {every: 8}", "averaging.every=1_000"))
        .isEqualTo(new FixedEvery(1000));
    assertThat(every("averaging: {every: {kind: fixed, updates: 3}}")).isEqualTo(new FixedEvery(3));
  }

  @Test
  void aScheduleIsNamed() {
    assertThat(every("averaging: {every: after-warmup}")).isEqualTo(new AfterWarmup(8));
    assertThat(every("averaging: {every: {post-local: {updates: 4}}}"))
        .isEqualTo(new PostLocal(4, null));
    assertThat(every("", "averaging.every={kind: post-local, fromEpoch: 30}"))
        .isEqualTo(new PostLocal(16, 30.0));
    assertThat(every("", "averaging.every={qsr: {alpha: 0.2}}")).isEqualTo(new Qsr(4, 0.2));
  }

  @Test
  void whatIsWrittenReadsBackAndANumberIsWrittenAsOne() {
    for (String each : List.of("8", "{qsr: {alpha: 0.2, base: 2}}", "{post-local: {}}")) {
      RunConfig config = read("averaging: {every: %s}".formatted(each));
      assertThat(read(ConfigWriter.yaml(config))).isEqualTo(config);
    }
    assertThat(ConfigWriter.yaml(read("averaging: {every: 8}"))).contains("  every: 8\n");
  }

  @Test
  void whatIsNeitherIsRefusedByLine() {
    assertThatThrownBy(() -> read("averaging:\n  every: 0"))
        .hasMessageContaining("run.yaml:2: Invalid averaging.every: 0 (must be >= 1)");
    assertThatThrownBy(() -> read("averaging:\n  every: 1.5"))
        .hasMessageContaining("Invalid averaging.every: 1.5 (must be a whole number >= 1)");
    assertThatThrownBy(() -> read("averaging:\n  every: -2"))
        .hasMessageContaining("Invalid averaging.every: -2 (must be >= 1)");
    assertThatThrownBy(() -> read("averaging:\n  every: often"))
        .hasMessageContaining(
            "Invalid averaging.every: often (must be a whole number >= 1, or one of fixed,"
                + " after-warmup, post-local, qsr, or the full name of a record class of yours)");
    assertThatThrownBy(() -> read("averaging:\n  every: qsr"))
        .hasMessageContaining("Missing averaging.every.qsr.alpha");
  }
}
