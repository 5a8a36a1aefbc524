package io.millrace.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.Secrets;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Lines of JSON: {@code time, level, logger, message, run, epoch, update}, of an error {@code
 * error}, of an epoch {@code figures}. It hears the log by an appender of Log4j that is there while
 * the run goes on; where another binding logs, epochs alone are told.
 */
final class JsonLines implements OpenSink {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String run;
  private final String file;
  private final PrintStream out;
  private final boolean owned;
  private final Ear ear = new Ear();
  private volatile int epoch;
  private volatile long update;

  /**
   * Lines of a run.
   *
   * @param file that they are added to; null for the standard output
   */
  JsonLines(String run, String file) throws IOException {
    this.run = run;
    this.file = file;
    this.owned = file != null;
    this.out =
        owned
            ? new PrintStream(
                Files.newOutputStream(
                    Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8)
            : System.out;
    if (LogManager.getContext(false) instanceof LoggerContext log) {
      ear.start();
      log.getRootLogger().addAppender(ear);
    }
  }

  @Override
  public void epochStarted(int number, Tally done) {
    epoch = number;
  }

  @Override
  public void roundEnded(RoundReport round) {
    update = round.firstUpdate() + round.updates();
  }

  @Override
  public void epochEnded(EndedEpoch ended) throws IOException {
    ObjectNode line = line(Instant.now(), "INFO", "io.millrace.epoch", "epoch ended");
    ObjectNode figures = line.putObject("figures");
    ended
        .metrics()
        .figures()
        .forEach(
            (name, value) -> {
              if (value instanceof Long whole) {
                figures.put(name, whole);
              } else if (Double.isFinite(value.doubleValue())) {
                figures.put(name, value.doubleValue());
              }
            });
    write(line);
    requireWritten();
  }

  @Override
  public void runEnded() {
    write(line(Instant.now(), "INFO", "io.millrace.run", "run ended"));
  }

  @Override
  public void runPaused() {
    write(line(Instant.now(), "INFO", "io.millrace.run", "run stopped on request"));
  }

  @Override
  public void runFailed(Throwable why) {
    write(
        line(Instant.now(), "ERROR", "io.millrace.run", "run failed")
            .put("error", Secrets.hidden(why.toString())));
  }

  @Override
  public void close() throws IOException {
    if (LogManager.getContext(false) instanceof LoggerContext log) {
      log.getRootLogger().removeAppender(ear);
      ear.stop();
    }
    if (owned) {
      out.close();
      requireWritten();
    }
  }

  /** A stream for printing keeps to itself that it could not. */
  private void requireWritten() throws IOException {
    if (owned && out.checkError()) {
      throw new IOException("cannot write all lines to " + file + " (is the disk full?)");
    }
  }

  private ObjectNode line(Instant time, String level, String logger, String message) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", time.toString()).put("level", level).put("logger", logger);
    line.put("message", Secrets.hidden(message)).put("run", run);
    return line.put("epoch", epoch).put("update", update);
  }

  private void write(ObjectNode line) {
    try {
      out.println(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hears what is logged. */
  private final class Ear extends AbstractAppender {
    Ear() {
      super("millrace-jsonlog", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      Instant time = Instant.ofEpochMilli(event.getInstant().getEpochMillisecond());
      ObjectNode line =
          line(
              time,
              event.getLevel().name(),
              event.getLoggerName(),
              event.getMessage().getFormattedMessage());
      if (event.getThrown() != null) {
        line.put("error", Secrets.hidden(event.getThrown().toString()));
      }
      write(line);
    }
  }
}
