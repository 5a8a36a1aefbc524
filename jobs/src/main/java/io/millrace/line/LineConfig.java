package io.millrace.line;

import io.millrace.settings.Key;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;

/** A line of nights: what each is trained on, and when its model becomes the champion. */
public record LineConfig(
    @Key(
            doc =
                "What finetune prepares: new, what no night before has read; whole, all of the source.",
            value = "new")
        Data data,
    @Key(
            doc = "Nights whose data is trained on, this one included, where data is new.",
            value = "7",
            min = 1)
        int window,
    @Key(
            doc = "Nights whose data no other night is trained on, such as 2026-11-20.",
            value = "[]",
            rule = "a date such as 2026-11-20",
            pattern = "\\d{4}-\\d\\d-\\d\\d")
        List<String> without,
    @Key(
            doc = "What a night starts from: champion, or base, always what init says.",
            value = "champion")
        From from,
    @Key(
            doc =
                "Share of train that is held out, by hash of the image bytes, to compare models on where the source has no test.",
            value = "0.1",
            min = 0.01,
            max = 0.5)
        double heldOutShare,
    @Key(doc = "Held-out images that a promotion takes at least.", value = "100", min = 1)
        int leastHeldOut,
    @Key(
            doc =
                "Points of top-1 by which the 95 % interval of challenger less champion may lie below 0.",
            value = "0.5",
            min = 0,
            max = 100)
        double margin,
    @Key(doc = "Resamples of the paired bootstrap.", value = "10000", min = 1000, max = 1000000)
        int resamples,
    @Key(
            doc = "Exit code of a night that keeps the champion.",
            value = "0",
            rule = "0, or from 3 to 74")
        int keptExitCode,
    @Key(doc = "Newest nights that keep their data, checkpoints and models.", value = "14", min = 2)
        int keepNights,
    @Key(
            doc =
                "Days after which a night loses them, though it is among the newest; null for none.",
            value = "null",
            min = 1)
        Integer keepDays,
    @Key(doc = "How far a night's data may lie from that of the night before.", value = "{}")
        DriftConfig drift) {
  /** What finetune prepares. */
  public enum Data {
    NEW,
    WHOLE
  }

  /** What a night starts from. */
  public enum From {
    CHAMPION,
    BASE
  }

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int STOPPED = 75;

  /** Checks what one key says about another. */
  public LineConfig {
    without = List.copyOf(without);
    without.forEach(LineConfig::requireDay);
    if (keptExitCode < 0
        || keptExitCode == FAILED
        || keptExitCode == WRONG_USAGE
        || keptExitCode >= STOPPED) {
      throw new IllegalArgumentException(
          "Invalid keptExitCode: %d (must be 0, or from 3 to 74)".formatted(keptExitCode));
    }
    if (data == Data.NEW && window > keepNights) {
      throw new IllegalArgumentException(
          "Invalid window: %d (must be <= keepNights, %d, which keeps the data)"
              .formatted(window, keepNights));
    }
  }

  /** No night is of a day that no calendar has. */
  private static void requireDay(String date) {
    try {
      LocalDate.parse(date);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "Invalid without: %s (must be days of the calendar)".formatted(date), e);
    }
  }
}
