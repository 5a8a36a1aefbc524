package io.millrace.cli;

import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Dates of nights as they are given. */
final class Dates {
  private Dates() {}

  /** The same, or {@code today} or {@code yesterday} by a clock. */
  static LocalDate night(String flag, String date, Clock clock) {
    return switch (date) {
      case "today" -> LocalDate.now(clock);
      case "yesterday" -> LocalDate.now(clock).minusDays(1);
      default -> parse(flag, date);
    };
  }

  static LocalDate parse(String flag, String date) {
    try {
      if (date.matches("\\d{4}-\\d\\d-\\d\\d")) {
        return LocalDate.parse(date);
      }
    } catch (DateTimeParseException e) {
      throw invalid(flag, date, e);
    }
    throw invalid(flag, date, null);
  }

  private static IllegalArgumentException invalid(String flag, String date, Exception cause) {
    return new IllegalArgumentException(
        "Invalid %s: %s (must be a date such as 2026-11-21)".formatted(flag, date), cause);
  }
}
