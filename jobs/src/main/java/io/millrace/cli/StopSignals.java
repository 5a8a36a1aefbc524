package io.millrace.cli;

import io.millrace.run.StopRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns the first SIGTERM or SIGINT into a wish that a job looks for; the second ends the JVM as
 * ever. Not a shutdown hook: Spark's own would stop the context at the same time, and the exit code
 * is settled by then. Lives on the driver.
 */
final class StopSignals implements AutoCloseable, StopRequest {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
  private static final List<String> NAMES = List.of("TERM", "INT");

  private record Replaced(Signal signal, SignalHandler handler) {}

  private final List<Replaced> replaced = new ArrayList<>();
  private final String answer;
  private final List<Runnable> hearing = new CopyOnWriteArrayList<>();
  private volatile boolean asked;

  /** Takes the signals; {@code answer} is said to the first. */
  StopSignals(String answer) {
    this.answer = answer;
    for (String name : NAMES) {
      Signal signal = new Signal(name);
      try {
        replaced.add(new Replaced(signal, Signal.handle(signal, this::ask)));
      } catch (IllegalArgumentException e) { // java -Xrs
        LOG.debug("Cannot handle {}: {}", signal, e.getMessage());
      }
    }
  }

  private void ask(Signal signal) {
    asked = true;
    close();
    LOG.warn("{}: {}; a second one ends at once", signal, answer);
    hearing.forEach(Runnable::run);
  }

  @Override
  public void whenAsked(Runnable heard) {
    hearing.add(heard);
    if (asked) {
      heard.run();
    }
  }

  /** Whether a signal came. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    replaced.forEach(each -> Signal.handle(each.signal(), each.handler()));
  }
}
