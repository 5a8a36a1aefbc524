package io.millrace.deploy;

import io.millrace.check.CheckReport;
import io.millrace.cluster.Polling;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an application shows of itself while it runs: its pages to alice, who is in its list, and to
 * mallory, who is not; and the command lines of what was started for it.
 */
final class SecuredApplication {
  private static final Pattern ID = Pattern.compile("\"id\" : \"(app-[^\"]+)\"");
  private static final Pattern EXECUTOR = Pattern.compile("\"id\" : \"\\d+\"");
  private static final Pattern DAEMON =
      Pattern.compile("deploy[.](master[.]Master|worker[.]Worker)|CoarseGrainedExecutorBackend");

  private final SecuredPages pages;
  private final String root;
  private final CheckReport report;

  /**
   * @param port where its pages come by https
   */
  SecuredApplication(SecuredPages pages, int port, CheckReport report) {
    this.pages = pages;
    this.root = "https://127.0.0.1:%d".formatted(port);
    this.report = report;
  }

  /**
   * Looks once its executors run.
   *
   * @param lines file for the command lines
   */
  void look(Process driver, Path lines) throws Exception {
    String list = root + "/api/v1/applications";
    Polling.until(
        "its pages tell of it, or it has ended",
        () -> !driver.isAlive() || pages.has("alice", list, ID));
    Matcher id = ID.matcher(pages.read("alice", list).body());
    report.count("it has a name", id.find());
    String api = "/api/v1/applications/" + id.group(1);
    Polling.until(
        "its executors run, or it has ended",
        () -> !driver.isAlive() || pages.has("alice", root + api + "/executors", EXECUTOR));
    Files.write(lines, daemons());
    HttpResponse<String> environment = pages.read("alice", root + "/environment/");
    int mallory = pages.read("mallory", root + "/environment/").statusCode();
    report.count(
        "who is in the list may look, others not: %d, %d"
            .formatted(environment.statusCode(), mallory),
        environment.statusCode() == 200 && mallory == 403);
    report.count(
        "the environment's page hides what is secret", environment.body().contains("(redacted)"));
    for (String path :
        List.of(
            "/jobs/",
            "/stages/",
            "/storage/",
            "/executors/",
            "/metrics/json/",
            api + "/environment",
            api + "/allexecutors",
            api + "/jobs")) {
      int code = pages.read("alice", root + path).statusCode();
      report.count("%s answers %d".formatted(path, code), code == 200);
    }
  }

  /** The command lines of masters, workers and executors; a driver's has its own flags. */
  private static List<String> daemons() {
    return RunningProcess.all().stream()
        .map(RunningProcess::line)
        .filter(line -> DAEMON.matcher(line).find())
        .toList();
  }
}
