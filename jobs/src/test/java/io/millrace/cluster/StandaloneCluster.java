package io.millrace.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A standalone Master and two Workers, processes of their own, started from the jars that Maven
 * resolved. The workers have different loopback addresses, as Spark speculates on another host
 * only.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String SPARK = "org.apache.spark.deploy.";
  private static final int WORKERS = 2;

  private final Path root;
  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  StandaloneCluster(Path root, Path folder) throws IOException, InterruptedException {
    this.root = root;
    this.folder = folder;
    this.port = freePort();
    start("127.0.0.1", "master", SPARK + "master.Master", "--port", Integer.toString(port));
    awaitMaster();
    for (int worker = 1; worker <= WORKERS; worker++) {
      start(
          "127.0.0." + worker,
          "worker" + worker,
          SPARK + "worker.Worker",
          "--cores",
          "2",
          "--memory",
          "4g",
          "--work-dir",
          folder.resolve("worker" + worker).toString(),
          master());
    }
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Starts a command with a config on two of its cores. */
  Submission submit(String command, Path config, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(command, "--config", config.toString()));
    words.addAll(List.of(more));
    return Submission.start(
        root,
        folder,
        List.of("--master", master(), "--total-executor-cores", "2"),
        words.toArray(String[]::new));
  }

  /** The processes of executors that run now. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(words -> String.join(" ", words).contains("CoarseGrainedExecutorBackend"))
                    .orElse(false))
        .toList();
  }

  /** How many executors an application has had, lost ones included. */
  long executorsStarted(String application) throws IOException {
    long started = 0;
    for (int worker = 1; worker <= WORKERS; worker++) {
      Path folders = folder.resolve("worker" + worker).resolve(application);
      if (Files.isDirectory(folders)) {
        try (Stream<Path> executors = Files.list(folders)) {
          started += executors.filter(Files::isDirectory).count();
        }
      }
    }
    return started;
  }

  /** Deletes what its executors left, the jar in front, of which each has a copy. */
  void forget(String application) {
    for (int worker = 1; worker <= WORKERS; worker++) {
      FileUtils.deleteQuietly(folder.resolve("worker" + worker).resolve(application).toFile());
    }
  }

  private void start(String host, String name, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of("bash", "-c"));
    words.add("root=$0; source \"$root/deploy/spark-home\"; run_spark \"$@\"");
    words.add(root.toString());
    words.add(command[0]);
    words.addAll(List.of("--host", host, "--webui-port", "0"));
    words.addAll(List.of(command).subList(1, command.length));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_LOCAL_IP", host);
    builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
    processes.add(builder.start());
  }

  private void awaitMaster() throws InterruptedException {
    Polling.until(
        "the master listens",
        () -> {
          try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
