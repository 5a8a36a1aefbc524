package io.millrace.cli;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Dates of nights as they are given. */
final class Dates {
  private Dates() {}

  static LocalDate parse(String date) {
    try {
      if (date.matches("\\d{4}-\\d\\d-\\d\\d")) {
        return LocalDate.parse(date);
      }
    } catch (DateTimeParseException e) {
      throw invalid(date, e);
    }
    throw invalid(date, null);
  }

  private static IllegalArgumentException invalid(String date, Exception cause) {
    return new IllegalArgumentException(
        "Invalid --date: %s (must be a date such as 2026-11-21)".formatted(date), cause);
  }
}
