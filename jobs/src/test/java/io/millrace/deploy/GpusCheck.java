package io.millrace.deploy;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.deploy.Shell.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Spark's scheduling of GPUs on a real cluster with an nvidia-smi that pretends: two workers of two
 * GPUs each carry four replicas on four addresses, found by deploy/gpu-discovery, with the weights
 * of a run without GPUs; a share of a GPU, a GPU that two workers found, and one that is smaller
 * than the plan's need are refused by name. The network computes on the CPU: what CUDA does is not
 * tried here.
 */
public final class GpusCheck implements Check {
  private static final Pattern TRAINS = Pattern.compile("replica of its own trains on GPU (\\S+)");
  private static final String GPUS =
      " --conf spark.executor.resource.gpu.amount=2 --conf spark.task.resource.gpu.amount=1";

  private Path folder;
  private Shell shell;
  private TrainedOnce run;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("gpus");
    pretend(40_960);
    shell = new Shell(Map.of("PATH", folder.resolve("bin") + ":" + System.getenv("PATH")));
    run = TrainedOnce.in(folder, 4, 1);
    Said prepared = shell.run(run.submit("--master 'local[2,4]'", "prepare", "plain", ""));
    report.count("prepare: " + prepared.last(), prepared.well());
    Said plain = shell.run(run.submit("--master 'local[4,4]'", "train", "plain", ""));
    report.count("without GPUs: " + plain.last(), plain.well());
    try {
      four();
      shared();
      small();
    } finally {
      for (String name : List.of("split", "shared", "small")) {
        cluster("stop", name, "");
      }
    }
  }

  /** Four GPUs of so many MiB. */
  private void pretend(int mebibytes) throws IOException {
    Path tool = Files.createDirectories(folder.resolve("bin")).resolve("nvidia-smi");
    Files.writeString(
        tool,
        """
        #!/bin/sh
        case "$*" in
          *index,uuid,mig*) for i in 0 1 2 3; do echo "$i, GPU-$i, Disabled"; done ;;
          *memory.total*) echo %d ;;
          -L) for i in 0 1 2 3; do echo "GPU $i: Pretended (UUID: GPU-$i)"; done ;;
          *) echo "$*" >> %s/asked; exit 2 ;;
        esac
        """
            .formatted(mebibytes, folder));
    if (!tool.toFile().setExecutable(true)) {
      throw new IOException("Cannot make " + tool + " executable");
    }
  }

  private void four() throws Exception {
    Said started = cluster("start 2", "split", "--cores 2 --memory 2g --gpus 2");
    report.count("start 2 --gpus 2: " + started.last(), started.well());
    String half = GPUS.replace("task.resource.gpu.amount=1", "task.resource.gpu.amount=0.5");
    Said refused = train("split", half, "half");
    report.count(
        "half a GPU a task is refused: " + refused.last(),
        refused.code() == 2
            && refused.last().startsWith("error: Invalid spark.task.resource.gpu.amount: 0.5 "));
    Said trained = train("split", GPUS, "four");
    report.count("with a GPU a task: " + trained.last(), trained.well());
    List<String> addresses = addresses("split");
    report.count(
        "four replicas on GPUs " + addresses, addresses.equals(List.of("0", "1", "2", "3")));
    report.count(
        "a jar for CPUs says that GPUs are of no use to it",
        logs("split").contains("and this jar computes on the CPU (BACKEND=cuda"));
    report.count(
        "its weights are those of a run without GPUs",
        trained.well() && run.model("four").equals(run.model("plain")));
    cluster("stop", "split", "");
  }

  /** Each worker finds all GPUs, and so both have GPU 0 and 1. */
  private void shared() throws Exception {
    Path properties =
        Files.writeString(
            folder.resolve("shared.conf"),
            """
            spark.worker.resource.gpu.amount 2
            spark.worker.resource.gpu.discoveryScript %s
            """
                .formatted(Path.of("deploy/gpu-discovery").toAbsolutePath()));
    cluster("start 2", "shared", "--cores 2 --memory 2g --properties-file " + properties);
    Said refused = train("shared", GPUS, "shared");
    report.count(
        "two tasks on one GPU are refused: " + refused.last(),
        refused.code() == 1
            && refused
                .last()
                .matches("error: .*Cannot train on GPU [01]: process \\d+ of this .*"));
    cluster("stop", "shared", "");
  }

  private void small() throws Exception {
    pretend(64);
    cluster("start 2", "small", "--cores 2 --memory 2g --gpus 2");
    Said refused = train("small", GPUS, "small");
    report.count(
        "a GPU smaller than the plan's need is refused: " + refused.last(),
        refused.code() == 1
            && refused
                .last()
                .matches("error: .*Cannot train on GPU \\d: it has 64 MiB, the plan .*"));
  }

  private Said cluster(String command, String name, String flags) throws Exception {
    return shell.run(
        "deploy/cluster %s --folder %s %s".formatted(command, folder.resolve(name), flags));
  }

  private Said train(String cluster, String flags, String name) throws Exception {
    String master =
        "--master $(deploy/cluster master --folder %s) --conf spark.executor.extraJavaOptions=-Djava.io.tmpdir=%s"
            .formatted(folder.resolve(cluster), folder);
    return shell.run(run.submit(master + flags, "train", name, ""));
  }

  /** Where replicas said that they train, in order. */
  private List<String> addresses(String cluster) throws IOException {
    return TRAINS
        .matcher(logs(cluster))
        .results()
        .map(found -> found.group(1))
        .sorted()
        .collect(Collectors.toList());
  }

  /** What executors of a cluster said. */
  private String logs(String cluster) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder.resolve(cluster))) {
      for (Path file : files.filter(each -> each.endsWith("stderr")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
