package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/cluster says before it starts anything; {@code deploy/check secure} starts it. */
class ClusterScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", ".")).resolve("../deploy/cluster");

  @TempDir private Path folder;

  private record Said(int code, String out) {}

  private Said cluster(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(List.of(words));
    if (words.length > 0 && !words[0].startsWith("-") && !command.contains("--folder")) {
      command.addAll(List.of("--folder", folder.toString()));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), out);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "begin|Invalid command: begin (must be one of start, status, master, kill-worker, stop)",
        "start 0|Invalid workers: 0 (must be a whole number from 1 to 250)",
        "start two|Invalid workers: two (must be a whole number from 1 to 250)",
        "start 2 3|Unknown word: 3 (deploy/cluster --help)",
        "start --cpus 2|Unknown flag: --cpus (deploy/cluster --help)",
        "start --memory 4|Invalid --memory: 4 (must be a size such as 4g or 900m)",
        "start --port 70000|Invalid --port: 70000 (must be a whole number from 1024 to 65535)",
        "start --webui-port 80|Invalid --webui-port: 80 (must be a whole number from 1024 to 65535)",
        "start --port 8080 --webui-port 8080|Invalid --webui-port: 8080 (must be another than --port)",
        "start --gpus -1|Invalid --gpus: -1 (must be a whole number from 1 to 64)",
        "stop --cores 2|Invalid --cores: it goes with start alone",
        "start --properties-file no.conf|Invalid --properties-file: no.conf (must be a file that can be read)",
        "stop --secure|Invalid --secure: it goes with start alone",
        "start --secure --properties-file /dev/null|Invalid --secure: it does not go with --properties-file, which can say the same",
        "kill-worker|Missing the number of the worker"
      })
  void whatCannotBeMeantIsRefusedInOneLine(String words, String message) throws Exception {
    assertThat(cluster(words.split(" "))).isEqualTo(new Said(2, "error: " + message + "\n"));
  }

  @Test
  void nothingRunsWhereNothingWasStarted() throws Exception {
    assertThat(cluster("status"))
        .isEqualTo(
            new Said(
                1, "master: not running (deploy/cluster start)\nlogs: %s\n".formatted(folder)));
    assertThat(cluster("master"))
        .isEqualTo(new Said(1, "error: The master does not run (deploy/cluster start)\n"));
    assertThat(cluster("kill-worker", "1"))
        .isEqualTo(new Said(1, "error: Cannot kill worker 1: it does not run\n"));
  }

  /** A pid file of a process that is long gone, whose number another one has now. */
  @Test
  void aProcessThatWasNotStartedByItIsLeftAlone() throws Exception {
    Process bystander = new ProcessBuilder("sleep", "60").start();
    try {
      Files.createFile(folder.resolve("lock"));
      Files.writeString(folder.resolve("worker-1.pid"), bystander.pid() + " 12345\n");
      assertThat(cluster("status").out()).contains("worker 1: died");
      assertThat(cluster("stop"))
          .isEqualTo(new Said(0, "stopped 0 processes; their logs: %s\n".formatted(folder)));
      assertThat(bystander.isAlive()).isTrue();
      assertThat(folder.resolve("worker-1.pid")).doesNotExist();
    } finally {
      bystander.destroy();
    }
  }

  /** As of a variable that is not set; from there a start would write into the root. */
  @ParameterizedTest
  @ValueSource(strings = {"start", "status", "master", "stop"})
  void aFolderWithoutANameIsRefused(String command) throws Exception {
    assertThat(cluster(command, "--folder", ""))
        .isEqualTo(new Said(2, "error: Invalid --folder: it is empty (must name a folder)\n"));
  }

  @Test
  void whatLiesInAFolderThatIsNoClustersIsLeftAlone() throws Exception {
    Path mine = Files.createDirectories(folder.resolve("work")).resolve("mine");
    Files.createFile(mine);
    assertThat(cluster("stop")).isEqualTo(new Said(0, "nothing runs\n"));
    assertThat(cluster("start"))
        .isEqualTo(
            new Said(
                2,
                "error: Invalid --folder: %s (must be a folder of the cluster's own; it holds work)\n"
                    .formatted(folder)));
    assertThat(mine).exists();
  }

  /** A cluster of which a worker runs alone, which leads a group of processes as those do. */
  private Process begun(String flags, int port) throws IOException {
    Process worker = new ProcessBuilder("setsid", "sleep", "60").start();
    String stat = Files.readString(Path.of("/proc/" + worker.pid() + "/stat"));
    String since = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    Files.createFile(folder.resolve("lock"));
    Files.writeString(folder.resolve("flags"), flags);
    Files.writeString(folder.resolve("master.ports"), port + " 8080\n");
    Files.writeString(folder.resolve("worker-1.pid"), worker.pid() + " " + since + "\n");
    return worker;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cores 3|Cannot take --cores 3: the cluster runs with 2",
        "--memory 2g|Cannot take --memory 2g: the cluster runs with 4g",
        "--gpus 1|Cannot take --gpus 1: the cluster runs with none",
        "--port 7099|Cannot take --port 7099: the cluster runs with 7077",
        "--webui-port 8099|Cannot take --webui-port 8099: the cluster runs with 8080",
        "--properties-file /dev/null|Cannot take --properties-file /dev/null: the cluster runs with none"
      })
  void aFlagThatWhatRunsWasNotStartedWithIsRefused(String flags, String message) throws Exception {
    Process worker = begun("cores 2\nmemory 4g\ngpus \nproperties \n", 7077);
    try {
      assertThat(cluster(("start " + flags).split(" ")))
          .isEqualTo(new Said(1, "error: %s (deploy/cluster stop ends it)\n".formatted(message)));
    } finally {
      worker.destroy();
    }
  }

  @Test
  void aMasterWhosePortIsTakenSinceCannotComeBackToWorkersThatRun() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Process worker = begun("", other.getLocalPort());
      try {
        assertThat(cluster("start"))
            .isEqualTo(
                new Said(
                    1,
                    "error: Cannot take port %d, where the workers look for the master: somebody listens there (deploy/cluster stop ends them)\n"
                        .formatted(other.getLocalPort())));
      } finally {
        worker.destroy();
      }
    }
  }

  @Test
  void aWorkerThatWasKilledIsSaidToBeDown() throws Exception {
    Process worker = begun("", 7077);
    try {
      assertThat(cluster("kill-worker", "1").code()).isZero();
      assertThat(worker.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(cluster("status").out()).contains("worker 1: died");
    } finally {
      worker.destroy();
    }
  }

  @Test
  void itsHelpIsWhatItsHeadSays() throws Exception {
    assertThat(cluster("--help").out())
        .contains(
            Arrays.asList(
                "deploy/cluster start", "deploy/cluster kill-worker N", "--gpus N", "--secure"))
        .doesNotContain("set -euo");
  }
}
