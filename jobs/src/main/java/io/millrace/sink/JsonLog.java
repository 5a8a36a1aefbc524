package io.millrace.sink;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.io.IOException;

/** What is logged while a run goes on, as lines of JSON. */
@Named(
    value = "jsonlog",
    doc =
        "Lines of JSON, one for each line of the log and one for each epoch with its figures, all"
            + " with run, epoch and update; the lines for people stay on the standard error.")
public record JsonLog(
    @Key(
            doc = "File on the driver's machine that they are added to; null for standard output.",
            value = "null")
        String file)
    implements Sink {
  @Override
  public OpenSink open(SinkRun run) throws IOException {
    return new JsonLines(run.name(), file);
  }
}
