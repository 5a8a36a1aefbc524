package io.millrace.report;

import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What ran, when and by which command: the head of a report. */
final class ReportHead {
  private ReportHead() {}

  static Markup html(ReportData data) {
    RunManifest manifest = data.job().manifest();
    Map<String, String> versions = manifest.versions();
    Markup html =
        Markup.of("<header><p class=\"brand\">Millrace run</p><h1>%s</h1>", data.name())
            .add(
                new Facts()
                    .add("ran", when(data.job()))
                    .add("rolled back", data.job().setbacks())
                    .add("command", Secrets.hidden(manifest.command()))
                    .add(
                        "version",
                        "Millrace %s, git revision %s"
                            .formatted(
                                versions.getOrDefault("millrace", "unknown"),
                                versions.getOrDefault("git_revision", "unknown")))
                    .html());
    if (data.job().goesOn()) {
      html.add(
          "<p class=\"notice\">The run is going on: this is how it stood at %s UTC. The page loads"
              + " itself anew every %d s until the run is over.</p>",
          data.job().endedAt().substring(11, 19), LivePage.RELOAD_SECONDS);
    }
    if (data.validated().split().equals("test")) {
      html.add(
          "<p class=\"notice\">Validated on the test split, as the config says: these numbers chose"
              + " the run and do not tell how it does on unseen images.</p>");
    }
    return html.add("</header>\n");
  }

  /** From when to when, and how long that is; a run that went on says after which epoch. */
  private static String when(ReportData.Job job) {
    Instant from = Instant.parse(job.manifest().startedAt());
    Instant to = Instant.parse(job.endedAt());
    String resumed =
        job.resumedAfter() == 0 ? "" : "; it went on after epoch " + job.resumedAfter();
    return "%s to %s UTC, %s in all%s"
        .formatted(
            minute(from),
            minute(from).regionMatches(0, minute(to), 0, 10)
                ? minute(to).substring(11)
                : minute(to),
            Figures.duration(Duration.between(from, to).toSeconds()),
            resumed);
  }

  private static String minute(Instant time) {
    return time.toString().replace('T', ' ').substring(0, 16);
  }
}
