package io.millrace.metrics;

import java.util.function.LongSupplier;

/**
 * One line that says how far work is: on a terminal a bar that is drawn over and never wraps, since
 * a wrapped line cannot be drawn over; elsewhere a plain line at most every ten seconds. Lives on
 * the driver.
 */
final class ProgressLine {
  private static final int BAR = 24;
  private static final int SMALLEST_BAR = 6;
  private static final long TERMINAL_PAUSE_NANOS = 200_000_000L;
  private static final long PLAIN_PAUSE_NANOS = 10_000_000_000L;

  private final Terminal terminal;
  private final LongSupplier clock;
  private long printed;
  private boolean drawn;

  ProgressLine(Terminal terminal, LongSupplier clock) {
    this.terminal = terminal;
    this.clock = clock;
    this.printed = clock.getAsLong();
  }

  /** Now, in nanoseconds. */
  long now() {
    return clock.getAsLong();
  }

  /** Whether it is time for another line. */
  boolean due() {
    return now() - printed >= (terminal.drawsOver() ? TERMINAL_PAUSE_NANOS : PLAIN_PAUSE_NANOS);
  }

  /**
   * Shows how far the work is.
   *
   * @param head what is under way
   * @param share of it that is done, 0 to 1
   * @param parts what else there is to say, the most important first: the last go where there is no
   *     room
   */
  void show(String head, double share, String... parts) {
    printed = now();
    String percent = Figures.format("%.0f %%", 100 * share);
    if (!terminal.drawsOver()) {
      print(head + "  " + percent + joined(parts, parts.length) + "\n");
      return;
    }
    int room = terminal.columns() - 1 - head.length() - " [] ".length() - percent.length();
    int fit = parts.length;
    while (fit > 0 && joined(parts, fit).length() + SMALLEST_BAR > room) {
      fit--;
    }
    String text = joined(parts, fit);
    int bar = Math.max(0, Math.min(BAR, room - text.length()));
    int filled = (int) Math.round(bar * share);
    drawn = true;
    print(
        "\r%s [%s%s] %s%s\033[K"
            .formatted(head, "#".repeat(filled), "-".repeat(bar - filled), percent, text));
  }

  /** A line that stays, in the place of the one that is drawn over. */
  void settle(String line) {
    print((drawn ? "\r" : "") + line + (drawn ? "\033[K\n" : "\n"));
    drawn = false;
  }

  /** Takes the line that is drawn over away. */
  void clear() {
    if (drawn) {
      print("\r\033[K");
      drawn = false;
    }
  }

  private void print(String text) {
    terminal.out().print(text);
    terminal.out().flush();
  }

  private static String joined(String[] parts, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (!parts[i].isEmpty()) {
        text.append("  ").append(parts[i]);
      }
    }
    return text.toString();
  }
}
