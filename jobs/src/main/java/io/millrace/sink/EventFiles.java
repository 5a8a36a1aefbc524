package io.millrace.sink;

import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Event files of a run, which grow in number and never in length, since object stores and HDFS have
 * no usable append. A file is called after the update of its last point, and holds those since the
 * file before. A run that goes on from update u deletes the files of later ones, so that no point
 * is there twice; points of rounds behind the last file before u are lost, those of epochs are made
 * again from the metrics. A file that cannot be written is tried again with the next.
 */
final class EventFiles implements OpenSink {
  static final String FOLDER = "tensorboard";
  private static final String NAME = FOLDER + "/events.out.tfevents.%010d.millrace";
  private static final double NANOS = 1e9;

  private final SinkRun run;
  private final RunFolder folder;
  private final long pause;
  private final LongSupplier clock;
  private EventFile file = new EventFile(Instant.now());
  private boolean goesOn;
  private boolean pictured;
  private long written;
  private long last;

  EventFiles(SinkRun run, int everySeconds, LongSupplier clock) {
    this.run = run;
    this.folder = run.folder();
    this.pause = (long) (everySeconds * NANOS);
    this.clock = clock;
    this.written = clock.getAsLong();
  }

  @Override
  public void runStarted(int epochsDone) throws IOException {
    if (!run.resumed()) {
      folder.delete(FOLDER);
    }
    for (EpochMetrics each : run.epochs()) {
      String name = NAME.formatted(each.updates());
      if (folder.size(name) < 0) {
        EventFile missing = new EventFile(Instant.parse(each.endedAt()));
        new EpochEvents(each, run.shown().diagnosed(each.epoch())).addTo(missing);
        folder.write(name, missing.toBytes());
      }
    }
  }

  @Override
  public void epochStarted(int epoch, Tally done) throws IOException {
    if (!goesOn) {
      goesOn = true;
      deleteAfter(done.rounds() > 0 ? done.update() : run.updates());
    }
  }

  private void deleteAfter(long update) throws IOException {
    for (String each : folder.list(FOLDER)) {
      String number = each.replaceAll("\\D", "");
      if (!number.isEmpty() && Long.parseLong(number) > update) {
        folder.delete(FOLDER + "/" + each);
      }
    }
  }

  @Override
  public void roundEnded(RoundReport round) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("round/loss", round.loss());
    values.put("round/learning_rate", round.lastRate());
    double seconds = round.measures().sum(RoundReport.WALL) / NANOS;
    values.put("round/images_per_second", round.feed().examples() / seconds);
    last = round.firstUpdate() + round.updates();
    file.scalars(Instant.now(), last, values);
    if (clock.getAsLong() - written >= pause) {
      try {
        write();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void epochEnded(EndedEpoch ended) throws IOException {
    EpochMetrics metrics = ended.metrics();
    last = metrics.updates();
    EpochEvents events = new EpochEvents(metrics, run.shown().diagnosed(metrics.epoch()));
    events.addTo(file);
    if (!pictured) {
      events.pictures("examples", run.shown().examples(), file);
      pictured = true;
    }
    events.pictures("filters", run.shown().filters(ended.state().parameters()), file);
    write();
  }

  /** Rounds that came since the last file. */
  @Override
  public void close() throws IOException {
    write();
  }

  private void write() throws IOException {
    written = clock.getAsLong();
    if (last > 0) {
      folder.write(NAME.formatted(last), file.toBytes());
      file = new EventFile(Instant.now());
      last = 0;
    }
  }
}
