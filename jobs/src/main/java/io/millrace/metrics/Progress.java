package io.millrace.metrics;

import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.util.function.LongSupplier;

/**
 * Says on the terminal how far training is: a bar that is drawn over, or, where the output is no
 * terminal, a plain line at most every ten seconds. The first round loads libraries and builds
 * replicas: images/s and the time left count from its end, and the time left is told once three
 * more rounds and ten seconds were measured. Lives on the driver.
 */
public final class Progress implements RunListener {
  private static final int ROUNDS_TO_TELL = 3;
  private static final long NANOS_TO_TELL = 10_000_000_000L;

  private final ProgressLine line;
  private final int epochs;
  private final long examplesInSet;

  private final Pace run = new Pace();
  private final Pace pace = new Pace();
  private boolean started;
  private int epoch;
  private long examples;
  private double loss;
  private double measured;

  /** Progress on the standard error. */
  public static Progress of(int epochs, long examplesInSet) {
    return new Progress(Terminal.here(), System::nanoTime, epochs, examplesInSet);
  }

  Progress(Terminal terminal, LongSupplier clock, int epochs, long examplesInSet) {
    this.line = new ProgressLine(terminal, clock);
    this.epochs = epochs;
    this.examplesInSet = examplesInSet;
  }

  @Override
  public void epochStarted(int number, Tally done) {
    epoch = number;
    examples = done.examples();
    loss = done.measures().sum(RoundReport.LOSS);
    measured = done.measures().weight(RoundReport.LOSS);
    pace.restart(line.now());
  }

  @Override
  public void roundEnded(RoundReport round) {
    long now = line.now();
    examples += round.feed().examples();
    loss += round.measures().sum(RoundReport.LOSS);
    measured += round.measures().weight(RoundReport.LOSS);
    if (started) {
      run.add(round.feed().examples());
      pace.add(round.feed().examples());
    } else {
      started = true;
      run.restart(now);
      pace.restart(now);
    }
    if (line.due()) {
      show(now, round.lastRate());
    }
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    EpochMetrics metrics = epoch.metrics();
    String validation =
        Double.isFinite(metrics.valTop1())
            ? Figures.format(
                    ", validation loss %s, top-1 %s",
                    Figures.number(metrics.valLoss()), Figures.percent(metrics.valTop1()))
                + shadows(metrics)
            : "";
    line.settle(
        Figures.format(
            "epoch %d/%d%s  loss %s%s  %s images/s  %s  %s",
            metrics.epoch(),
            epochs,
            metrics.stage() == 0 ? "" : ", stage " + metrics.stage(),
            Figures.number(metrics.trainLoss()),
            validation,
            Figures.number(metrics.imagesPerSecond()),
            Figures.duration(metrics.wallSeconds()),
            metrics.endedAt()));
  }

  /** The top-1 of the means of weights that were evaluated beside the network. */
  private static String shadows(EpochMetrics metrics) {
    StringBuilder words = new StringBuilder();
    metrics
        .figures()
        .forEach(
            (name, value) -> {
              if (name.startsWith("shadows.") && name.endsWith("_top1")) {
                words
                    .append(", ")
                    .append(name, "shadows.".length(), name.length() - "_top1".length())
                    .append(' ')
                    .append(Figures.percent(value.doubleValue()));
              }
            });
    return words.toString();
  }

  private void show(long now, double rate) {
    double left = (double) (epochs - epoch + 1) * examplesInSet - examples;
    line.show(
        Figures.format("epoch %d/%d", epoch, epochs),
        Math.min(1, (double) examples / examplesInSet),
        Figures.number(pace.perSecond(now)) + " images/s",
        "loss " + Figures.number(loss / measured),
        run.rounds >= ROUNDS_TO_TELL && now - run.from >= NANOS_TO_TELL
            ? Figures.duration(left / run.perSecond(now)) + " left"
            : "",
        "rate " + Figures.number(rate));
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
