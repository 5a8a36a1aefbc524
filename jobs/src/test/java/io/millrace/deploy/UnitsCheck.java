package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.cli.Main;
import io.millrace.deploy.Shell.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * What starts nights by itself: systemd's units by systemd-analyze, which is installed where it is
 * missing, and the DAG of Airflow with stand-ins of Airflow's classes.
 */
public final class UnitsCheck implements Check {
  private static final Path UNITS = Path.of("deploy/systemd");
  private static final List<String> NAMES =
      List.of("millrace-nights.service", "millrace-nights.timer");

  private final Shell shell = new Shell(Map.of());
  private Path folder;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("units");
    shell.run(
        "command -v systemd-analyze || { apt-get -qq update && apt-get -qq install -y systemd; }");
    shell.run("command -v python3 || { apt-get -qq update && apt-get -qq install -y python3; }");
    systemd();
    airflow();
  }

  private void systemd() throws Exception {
    Said good = verify("as-shipped", "", "");
    report.count(
        "units are those that systemd knows " + good.out(), good.well() && good.out().isBlank());
    for (String[] typed :
        List.of(
            new String[] {"OnCalendar=", "OnCalender="},
            new String[] {"*-*-* 02:15:00", "*-*-* 25:15:00"},
            new String[] {"SuccessExitStatus=", "SuccessExitCode="},
            new String[] {"deploy/submit finetune", "deploy/sumbit finetune"})) {
      Said wrong = verify(typed[1].replaceAll("\\W", ""), typed[0], typed[1]);
      report.count("not so with " + typed[1] + ": " + wrong.last(), !wrong.out().isBlank());
    }
    Said next = shell.run("systemd-analyze calendar '*-*-* 02:15:00'");
    report.count("the timer has a next time: " + next.last(), next.well());
    String command = Files.readString(UNITS.resolve(NAMES.get(0)));
    command = command.replaceAll("(?s).*ExecStart=\\S+/deploy/submit ([^\n]*).*", "$1");
    report.count(
        "its command is one of Millrace's: " + command, parses(List.of(command.split(" "))));
  }

  /** What systemd says of the units, with the project in the place of /opt/millrace. */
  private Said verify(String name, String right, String typed) throws Exception {
    Path place = Files.createDirectory(folder.resolve(name));
    for (String unit : NAMES) {
      Files.writeString(
          place.resolve(unit),
          Files.readString(UNITS.resolve(unit))
              .replace(right.isEmpty() ? "\0" : right, typed)
              .replace("/opt/millrace", Path.of("").toAbsolutePath().toString())
              .replace("User=millrace", "User=root"));
    }
    return shell.run(
        "systemd-analyze verify %s/*.service %s/*.timer 2>&1 | grep -E '%s/|millrace-nights' || true"
            .formatted(place, place, place));
  }

  private static boolean parses(List<String> words) {
    return new CommandLine(Main.class).parseArgs(words.toArray(String[]::new)).hasSubcommand();
  }

  private void airflow() throws Exception {
    Path home = Files.createDirectories(folder.resolve("release"));
    Files.createDirectory(home.resolve("conf"));
    Files.copy(Path.of("conf/spark-defaults.conf"), home.resolve("conf/spark-defaults.conf"));
    Said none = dag(home);
    report.count(
        "a DAG without a release says so: " + none.last(),
        none.last().contains("Cannot find lib/millrace-*-cpu.jar in " + home));
    Path jar = Files.createDirectory(home.resolve("lib")).resolve("millrace-0.1.0-cpu.jar");
    Files.createFile(jar);
    Said loaded = dag(home);
    report.count("the DAG loads " + (loaded.well() ? "" : loaded.out()), loaded.well());
    JsonNode told = new ObjectMapper().readTree(loaded.last());
    report.count(
        "one night at a time, none caught up: " + told.path("dag"),
        !told.at("/dag/catchup").asBoolean(true)
            && told.at("/dag/max_active_runs").asInt() == 1
            && told.at("/dag/cron").asText().equals("15 2 * * *"));
    JsonNode task = told.at("/tasks/0");
    List<String> words = new ArrayList<>();
    task.path("args").forEach(word -> words.add(word.asText()));
    report.count(
        "its task runs Millrace: " + words,
        parses(words)
            && words.contains("{{ data_interval_start | ds }}")
            && task.path("java_class").asText().equals(Main.class.getName())
            && task.path("application").asText().equals(jar.toString()));
    report.count(
        "with the settings of every run",
        task.at("/conf/spark.task.maxFailures").asText().equals("4")
            && task.at("/conf/spark.driver.extraJavaOptions").asText().contains("--add-opens")
            && !task.path("conf").has("spark.master"));
  }

  private Said dag(Path home) throws IOException, InterruptedException {
    return new Shell(Map.of("MILLRACE_HOME", home.toString()))
        .run("python3 jobs/src/test/resources/airflow/told.py deploy/airflow/millrace_nights.py");
  }
}
