package io.millrace.metrics;

import io.millrace.recipe.Schedule;
import io.millrace.training.RoundListener;
import io.millrace.training.RoundReport;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Says on the terminal how far training is: a bar that is drawn over, or, where the output is no
 * terminal, a plain line at most every ten seconds. The first round loads libraries and builds
 * replicas: images/s and the time left count from its end, and the time left is told once three
 * more rounds and ten seconds were measured. Lives on the driver.
 */
public final class Progress implements RoundListener {
  private static final int BAR = 24;
  private static final long TERMINAL_PAUSE_NANOS = 200_000_000L;
  private static final long PLAIN_PAUSE_NANOS = 10_000_000_000L;
  private static final int ROUNDS_TO_TELL = 3;
  private static final long NANOS_TO_TELL = 10_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier clock;
  private final int epochs;
  private final long examplesInSet;
  private final Schedule schedule;

  private final Pace run = new Pace();
  private final Pace pace = new Pace();
  private boolean started;
  private int epoch;
  private long examples;
  private double loss;
  private long printed;

  /** Progress on the standard error, where a shell's pipe does not take it for results. */
  public static Progress of(int epochs, long examplesInSet, Schedule schedule) {
    return new Progress(
        System.err, System.console() != null, System::nanoTime, epochs, examplesInSet, schedule);
  }

  Progress(
      PrintStream out,
      boolean terminal,
      LongSupplier clock,
      int epochs,
      long examplesInSet,
      Schedule schedule) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.epochs = epochs;
    this.examplesInSet = examplesInSet;
    this.schedule = schedule;
    this.printed = clock.getAsLong();
  }

  /** An epoch begins; the first is 1. */
  public void epochStarted(int number) {
    epoch = number;
    examples = 0;
    loss = 0;
    pace.restart(clock.getAsLong());
  }

  @Override
  public void roundEnded(RoundReport round) {
    long now = clock.getAsLong();
    examples += round.feed().examples();
    loss += round.lossSum();
    if (started) {
      run.add(round.feed().examples());
      pace.add(round.feed().examples());
    } else {
      started = true;
      run.restart(now);
      pace.restart(now);
    }
    if (now - printed >= (terminal ? TERMINAL_PAUSE_NANOS : PLAIN_PAUSE_NANOS)) {
      printed = now;
      String line = line(now, schedule.rate(round.firstUpdate() + round.updates() - 1));
      out.print(terminal ? "\r" + line + "\033[K" : line + "\n");
      out.flush();
    }
  }

  /** An epoch has ended and was validated. */
  public void epochEnded(EpochMetrics metrics) {
    String validation =
        Double.isFinite(metrics.valTop1())
            ? Figures.format(
                ", validation loss %s, top-1 %s",
                Figures.number(metrics.valLoss()), Figures.percent(metrics.valTop1()))
            : "";
    out.print(
        (terminal ? "\r" : "")
            + Figures.format(
                "epoch %d/%d  loss %s%s  %s images/s  %s",
                metrics.epoch(),
                epochs,
                Figures.number(metrics.trainLoss()),
                validation,
                Figures.number(metrics.imagesPerSecond()),
                Figures.duration(metrics.wallSeconds()))
            + (terminal ? "\033[K\n" : "\n"));
    out.flush();
  }

  private String line(long now, double rate) {
    double share = Math.min(1, (double) examples / examplesInSet);
    double left = (double) (epochs - epoch + 1) * examplesInSet - examples;
    int filled = (int) Math.round(BAR * share);
    return Figures.format(
        "epoch %d/%d %s%.0f %%  %s images/s  loss %s  rate %s%s",
        epoch,
        epochs,
        terminal ? "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " : " ",
        100 * share,
        Figures.number(pace.perSecond(now)),
        Figures.number(loss / examples),
        Figures.number(rate),
        run.rounds >= ROUNDS_TO_TELL && now - run.from >= NANOS_TO_TELL
            ? "  " + Figures.duration(left / run.perSecond(now)) + " left"
            : "");
  }

  /** Examples over time, from a moment on. */
  private static final class Pace {
    private long from;
    private long examples;
    private int rounds;

    void restart(long now) {
      from = now;
      examples = 0;
      rounds = 0;
    }

    void add(long more) {
      examples += more;
      rounds++;
    }

    /** Not a number before there is a round. */
    double perSecond(long now) {
      return rounds == 0 ? Double.NaN : examples / Math.max(1e-9, (now - from) / 1e9);
    }
  }
}
