package io.millrace.deploy;

import io.millrace.ChildJvm;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.cluster.Polling;
import io.millrace.deploy.Shell.Said;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * conf/yarn.conf on Hadoop's YARN with two nodes on this machine: {@code deploy/check yarn}.
 * Prepare and train with the driver here and in a container, an executor's container killed on the
 * way, and the driver's, which is started again and goes on; with conf/secure.conf behind it. Each
 * has the weights of a run without a cluster.
 */
public final class YarnCheck implements Check {
  private static final Path YARN = Path.of("conf/yarn.conf");
  private static final String EXECUTOR = "YarnCoarseGrainedExecutorBackend";
  private static final String DRIVER = "org.apache.spark.deploy.yarn.ApplicationMaster";

  /** Containers have none of this shell's variables, and these say how OpenBLAS multiplies. */
  private static final String AS_IN_A_CONTAINER =
      "env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u DNNL_MAX_CPU_ISA ";

  private Path folder;
  private Shell shell;
  private TrainedOnce run;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("yarn");
    run = TrainedOnce.in(folder, 2, 3);
    report.say("in " + folder);
    report.count("it is built", new Shell(Map.of()).run("deploy/build").well());
    Process nodes = nodes();
    try {
      shell =
          new Shell(
              Map.of(
                  "HADOOP_CONF_DIR", folder.resolve("hadoop").toString(),
                  "SPARK_HOME", spark().toString(),
                  "SPARK_SCALA_VERSION", "2.12"));
      train();
    } finally {
      nodes.getOutputStream().close();
      nodes.waitFor();
    }
  }

  private void train() throws Exception {
    Said prepared = shell.run(run.submit(yarn("client", YARN), "prepare", "plain", ""));
    report.count("prepare: " + prepared.last(), prepared.well());
    String local = run.submit("--master 'local[2,4]'", "train", "plain", "");
    Said plain = new Shell(Map.of()).run(AS_IN_A_CONTAINER + local);
    report.count("without YARN: " + plain.last(), plain.well());
    ends("client", "the driver here, an executor's container killed", "", EXECUTOR, YARN);
    ends("cluster", "the driver in a container", "", "", YARN);
    ends("cluster", "its container killed, which is started again", "--resume auto", DRIVER, YARN);
    Path both = folder.resolve("secure.conf");
    Files.writeString(
        both,
        Files.readString(YARN)
            + Files.readString(Path.of("conf/secure.conf"))
                .replaceAll("(?m)^spark\\.ssl\\..*$", ""));
    ends("cluster", "with authentication and encryption", "", "", both);
  }

  /**
   * Trains, and kills a container of that class after the first epoch; the weights are the plain
   * run's.
   */
  private void ends(String mode, String what, String more, String kill, Path settings)
      throws Exception {
    String name = "yarn-" + what.replaceAll("\\W+", "-");
    Path log = folder.resolve(name + ".log");
    Process training = shell.start(run.submit(yarn(mode, settings), "train", name, more), log);
    if (!kill.isEmpty()) {
      Polling.until(
          "an epoch has ended, or the run",
          () ->
              !training.isAlive()
                  || Files.exists(folder.resolve("out").resolve(name).resolve("metrics.jsonl")));
      report.count("killed " + kill, kill(kill));
    }
    int code = training.waitFor();
    report.count("%s: exit code %d, %s".formatted(what, code, log), code == 0);
    report.count(
        "it has the same weights", code == 0 && run.model(name).equals(run.model("plain")));
  }

  /** The flags of a submission; nodes share this machine's Spark. */
  private String yarn(String mode, Path settings) {
    String java = System.getProperty("java.home");
    return "--properties-file %s --deploy-mode %s --conf spark.yarn.jars=local:%s/spark/jars/* --conf spark.yarn.stagingDir=file:%s/staging --conf spark.executorEnv.JAVA_HOME=%s --conf spark.yarn.appMasterEnv.JAVA_HOME=%s"
        .formatted(settings, mode, folder, folder, java, java);
  }

  private boolean kill(String kind) {
    return RunningProcess.all().stream()
        .filter(process -> process.isJvmOf(kind) && process.line().contains(folder.toString()))
        .findFirst()
        .map(process -> process.handle().destroyForcibly())
        .orElse(false);
  }

  /** Starts the nodes and waits until they are there. */
  private Process nodes() throws IOException, InterruptedException {
    Path conf = Files.createDirectory(folder.resolve("hadoop"));
    Process nodes =
        ChildJvm.command(
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx1g",
                YarnNodes.class.getName(),
                conf.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nodes.log").toFile())
            .start();
    Path site = conf.resolve("yarn-site.xml");
    Polling.until("YARN is there, or has ended", () -> !nodes.isAlive() || Files.exists(site));
    report.count("YARN runs", nodes.isAlive());
    return nodes;
  }

  /** A Spark of links to the jars that Maven resolved, with its YARN part beside them. */
  private Path spark() throws IOException {
    Path home = folder.resolve("spark");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String jar : Files.readString(Path.of("jobs/target/spark.classpath")).strip().split(":")) {
      Files.createSymbolicLink(jars.resolve(Path.of(jar).getFileName()), Path.of(jar));
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (jar.getFileName().toString().matches("(spark-yarn|hadoop-yarn-server-web-proxy).*")) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.copy(Path.of("jobs/src/test/resources/yarn/spark-class"), bin.resolve("spark-class"));
    Files.writeString(
        bin.resolve("spark-submit"),
        "#!/bin/sh\nexec \"$SPARK_HOME/bin/spark-class\" org.apache.spark.deploy.SparkSubmit \"$@\"\n");
    try (Stream<Path> scripts = Files.list(bin)) {
      scripts.forEach(script -> script.toFile().setExecutable(true));
    }
    return home;
  }
}
