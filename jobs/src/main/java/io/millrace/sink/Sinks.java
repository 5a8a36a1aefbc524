package io.millrace.sink;

import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.settings.Names;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sinks of a run as one listener. What one of them throws is said once, and neither ends the
 * run nor keeps the others from hearing. Lives on the driver.
 */
public final class Sinks implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(Sinks.class);

  private record Named(String name, OpenSink sink) {}

  /** A call of one sink. */
  private interface Call {
    void on(OpenSink sink) throws IOException;
  }

  private final List<Named> open = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();
  private boolean closed;

  private Sinks() {}

  /** Opens sinks for a run; one that cannot be opened is left out with a warning. */
  public static Sinks open(List<Sink> sinks, SinkRun run) {
    Sinks all = new Sinks();
    for (Sink each : sinks) {
      String name = Names.of(each.getClass());
      try {
        all.open.add(new Named(name, each.open(run)));
      } catch (IOException | RuntimeException | FSError e) {
        all.say(name, e);
      }
    }
    return all;
  }

  private void all(Call call) {
    for (Named each : open) {
      try {
        call.on(each.sink());
      } catch (IOException | RuntimeException | FSError e) {
        say(each.name(), e);
      }
    }
  }

  private void say(String name, Throwable why) {
    if (failed.add(name)) {
      LOG.warn("sink {}: {}; training goes on", name, why.toString());
    }
  }

  @Override
  public void runStarted(int epochsDone) {
    all(sink -> sink.runStarted(epochsDone));
  }

  @Override
  public void epochStarted(int epoch, Tally done) {
    all(sink -> sink.epochStarted(epoch, done));
  }

  @Override
  public void roundEnded(RoundReport round) {
    all(sink -> sink.roundEnded(round));
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    all(sink -> sink.epochEnded(epoch));
  }

  @Override
  public void runEnded() {
    all(OpenSink::runEnded);
  }

  /** All files of a run that came to its end are written. */
  public void close() {
    if (!closed) {
      closed = true;
      all(OpenSink::close);
    }
  }

  /** The run ends on request, and may go on later. */
  public void paused() {
    if (!closed) {
      all(OpenSink::runPaused);
    }
    close();
  }

  /** The run ends by a failure. */
  public void failed(Throwable why) {
    if (!closed) {
      all(sink -> sink.runFailed(why));
    }
    close();
  }
}
