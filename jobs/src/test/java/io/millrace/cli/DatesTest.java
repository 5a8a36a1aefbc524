package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class DatesTest {
  private static final Instant NIGHT = Instant.parse("2026-03-01T00:30:00Z");

  private static LocalDate night(String date, String zone) {
    return Dates.night("--date", date, Clock.fixed(NIGHT, ZoneId.of(zone)));
  }

  @Test
  void todayAndYesterdayAreThoseOfTheClocksZone() {
    assertThat(night("today", "UTC")).isEqualTo("2026-03-01");
    assertThat(night("yesterday", "UTC")).isEqualTo("2026-02-28");
    assertThat(night("today", "America/New_York")).isEqualTo("2026-02-28");
    assertThat(night("2026-11-21", "UTC")).isEqualTo("2026-11-21");
  }

  @Test
  void nothingElseIsADate() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> night("tomorrow", "UTC"))
        .withMessageStartingWith("Invalid --date: tomorrow (must be ");
  }
}
