package io.millrace.deploy;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.deploy.Shell.Said;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A standalone cluster under conf/secure.conf: {@code deploy/check secure}. Prepare and train there
 * give the weights of a run without; what is sent to the master cannot be read on the way; pages
 * come by https, and an application's to those of its list alone; who does not know the secret, or
 * does not encrypt, gets nothing. Secrets of the environment, of settings and of flags are in no
 * file, page, log, event log, report, checkpoint or command line of what it started.
 */
public final class SecureCheck implements Check {
  private static final int TLS = 400;

  /** What a site has in its environment, planted. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "AWS_ACCESS_KEY_ID", "planted-id-of-the-environment-13b7",
          "AWS_SECRET_ACCESS_KEY", "planted-key-of-the-environment-7f31",
          "MLFLOW_TRACKING_TOKEN", "planted-token-of-tracking-88ae",
          "MLFLOW_TRACKING_URI", "http://somebody:planted-login-of-tracking-2c90@127.0.0.1:1");

  /** In a file of settings. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.hadoop.fs.s3a.secret.key", "planted-key-of-settings-9c02",
          "spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net", "planted-azure-key-66d1",
          "spark.hadoop.fs.gs.auth.service.account.private.key", "planted-google-key-0b5f",
          "spark.executorEnv.STORE_TOKEN", "planted-token-of-executors-51be");

  private static final String BY_FLAG = "planted-key-of-a-flag-f00d";

  private Path folder;
  private Path secret;
  private Shell shell;
  private TrainedOnce run;
  private SecuredPages pages;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("secure");
    secret = folder.resolve("cluster/secret.conf");
    shell = new Shell(ENVIRONMENT);
    run = TrainedOnce.in(folder, 2, 1);
    report.say("in " + folder);
    try {
      Said started = cluster("start 2", "--secure --memory 2g");
      report.count("start 2 --secure: " + started.last(), started.well());
      pages = new SecuredPages(folder.resolve("cluster/certificate.pem"), folder.resolve("pages"));
      masterPage();
      Said prepared = shell.run(run.submit(onCluster(secret), "prepare", "secure", ""));
      report.count("prepare: " + prepared.last(), prepared.well());
      train();
      strangers();
      nowhere();
    } finally {
      cluster("stop", "");
    }
    report.count("stop leaves no secret behind", Files.notExists(secret));
  }

  private Said cluster(String command, String flags) throws Exception {
    return shell.run(
        "deploy/cluster %s --folder %s %s".formatted(command, folder.resolve("cluster"), flags));
  }

  private String onCluster(Path properties) throws Exception {
    return "--master %s --properties-file %s".formatted(cluster("master", "").last(), properties);
  }

  private int port(String master) {
    return Integer.parseInt(master.replaceAll(".*:", ""));
  }

  /** The page of the master is sent by https alone, also to deploy/cluster. */
  private void masterPage() throws Exception {
    int port =
        Integer.parseInt(
            Files.readString(folder.resolve("cluster/master.ports")).strip().split(" ")[1]);
    HttpResponse<String> plain = pages.read("nobody", "http://127.0.0.1:%d/".formatted(port));
    String place = plain.headers().firstValue("location").orElse("");
    report.count(
        "the master's page goes over to https: " + place,
        place.startsWith("https://127.0.0.1:%d".formatted(port + TLS)) && plain.body().isEmpty());
    report.count(
        "where it is read",
        pages.read("nobody", place).body().contains("Spark Master at spark://127.0.0.1:"));
    Said status = cluster("status", "");
    report.count(
        "status tells of both workers",
        status.well()
            && status.out().lines().filter(line -> line.contains(" MB in use")).count() == 2);
  }

  /** Through a wiretap, with what the cluster knows, and secrets of the user's own beside it. */
  private void train() throws Exception {
    Path mine = settingsOfMine();
    int ui = freePages();
    String master = cluster("master", "").last();
    try (Wiretap wire = new Wiretap(port(master))) {
      String flags =
          "--master spark://127.0.0.1:%d --properties-file %s --driver-class-path %s --conf spark.ui.port=%d --conf spark.hadoop.fs.s3a.access.key=%s"
              .formatted(wire.port(), mine, filter(), ui, BY_FLAG);
      String more = "--set 'sinks=[{mlflow: {waitSeconds: 1}}, jsonlog]'";
      Path log = folder.resolve("train.log");
      Process training = shell.start(run.submit(flags, "train", "secure", more), log);
      new SecuredApplication(pages, ui + TLS, report)
          .look(training, folder.resolve("command-lines"));
      int code = training.waitFor();
      List<String> said = Files.readAllLines(log);
      report.count("train: " + said.get(said.size() - 1), code == 0);
      report.count(
          "nobody can read in %d bytes on the way what is sent".formatted(wire.bytes()),
          wire.bytes() > 1000
              && !wire.heard("org.apache.spark.deploy")
              && !wire.heard("endpoint-verifier"));
    }
    Said plain = shell.run(run.submit("--master 'local[2,4]'", "train", "plain", ""));
    report.count("without a cluster: " + plain.last(), plain.well());
    report.count("has the same weights", run.model("secure").equals(run.model("plain")));
    events();
  }

  private Path settingsOfMine() throws Exception {
    StringBuilder all = new StringBuilder(Files.readString(secret));
    Map<String, String> mine = new TreeMap<>(SETTINGS);
    mine.put("spark.eventLog.enabled", "true");
    mine.put("spark.eventLog.dir", Files.createDirectory(folder.resolve("events")).toUri() + "");
    mine.put("spark.ui.filters", NamedByHeader.class.getName());
    mine.put("spark.ui.view.acls", "alice");
    mine.forEach((key, value) -> all.append("%s %s%n".formatted(key, value)));
    return Files.writeString(folder.resolve("mine.conf"), all);
  }

  /** A folder with the filter that names people, and no other class of the tests. */
  private Path filter() throws Exception {
    String name = NamedByHeader.class.getName().replace('.', '/');
    Path classes = folder.resolve("filter");
    for (String part : List.of(name + ".class", name + "$1.class")) {
      Path to = classes.resolve(part);
      Files.createDirectories(to.getParent());
      try (var in = NamedByHeader.class.getResourceAsStream("/" + part)) {
        Files.copy(in, to);
      }
    }
    return classes;
  }

  /** A port that is free, as is the one of its https. */
  private static int freePages() throws Exception {
    for (int port = 14_040; ; port++) {
      try (ServerSocket plain = new ServerSocket(port);
          ServerSocket secured = new ServerSocket(port + TLS)) {
        return plain.getLocalPort();
      } catch (java.net.BindException e) {
        // somebody has it
      }
    }
  }

  private void events() throws Exception {
    try (Stream<Path> logs = Files.list(folder.resolve("events"))) {
      String events = Files.readString(logs.findFirst().orElseThrow());
      report.count(
          "the event log says that messages and files were encrypted",
          Stream.of("network.crypto.enabled", "io.encryption.enabled", "authenticate")
              .allMatch(key -> events.contains("\"spark.%s\":\"true\"".formatted(key))));
      report.count(
          "and hides the secrets of settings",
          SETTINGS.keySet().stream()
              .allMatch(key -> events.contains("\"%s\":\"*********(redacted)\"".formatted(key))));
    }
  }

  /**
   * One with another secret, and one that does not encrypt: side by side, as each tries a minute.
   */
  private void strangers() throws Exception {
    Path wrong = folder.resolve("wrong.conf");
    Files.writeString(
        wrong,
        Files.readString(secret)
            .replaceFirst("spark.authenticate.secret \\S+", "spark.authenticate.secret guessed"));
    int master = port(cluster("master", "").last());
    try (Wiretap wire = new Wiretap(master)) {
      String address = "--master spark://127.0.0.1:%d".formatted(wire.port());
      Path guessed = folder.resolve("guessed.log");
      Process other =
          shell.start(
              run.submit(address + " --properties-file " + wrong, "train", "guessed", ""), guessed);
      Said open = shell.run(run.submit(address, "train", "stranger", ""));
      Files.writeString(folder.resolve("stranger.log"), open.out());
      report.count("who does not encrypt is turned away: " + open.last(), !open.well());
      report.count("what he sent could be read", wire.heard("endpoint-verifier"));
      int code = other.waitFor();
      List<String> said = Files.readAllLines(guessed);
      report.count(
          "who guesses the secret is turned away: " + said.get(said.size() - 1), code != 0);
    }
    String log = Files.readString(folder.resolve("cluster/master.log"));
    report.count(
        "the master knows of neither",
        log.contains("Registered app millrace train secure")
            && !log.contains("Registered app millrace train stranger")
            && !log.contains("Registered app millrace train guessed"));
  }

  private void nowhere() throws Exception {
    Properties held = new Properties();
    try (var in = Files.newBufferedReader(secret)) {
      held.load(in);
    }
    List<String> secrets = new ArrayList<>(SETTINGS.values());
    secrets.addAll(ENVIRONMENT.values());
    secrets.remove(ENVIRONMENT.get("MLFLOW_TRACKING_URI"));
    secrets.add(ENVIRONMENT.get("MLFLOW_TRACKING_URI").replaceAll(".*:(.*)@.*", "$1"));
    secrets.add(BY_FLAG);
    secrets.add(held.getProperty("spark.authenticate.secret"));
    secrets.add(held.getProperty("spark.ssl.keyStorePassword"));
    PlantedSecrets planted = new PlantedSecrets(secrets);
    planted.searchBelow(
        folder,
        Stream.of(secret, folder.resolve("mine.conf"), folder.resolve("wrong.conf")).toList());
    report.count(
        "%d secrets are in none of %d files %s"
            .formatted(secrets.size(), planted.files(), planted.found()),
        planted.found().isEmpty()
            && planted.files() > 30
            && Files.exists(folder.resolve("out/secure/report.html")));
    Said listed =
        shell.run("stat -c %%a %s %s".formatted(secret, secret.resolveSibling("keystore.p12")));
    report.count(
        "nobody else may read what holds them", listed.out().lines().allMatch("600"::equals));
  }
}
