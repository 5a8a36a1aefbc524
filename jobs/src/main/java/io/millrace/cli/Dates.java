package io.millrace.cli;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Dates of nights as they are given. */
final class Dates {
  private Dates() {}

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
