package io.millrace.cluster;

import io.millrace.cluster.StandaloneMaster.Machine;
import io.millrace.settings.Counts;
import java.util.List;
import org.apache.spark.SparkContext;

/** Why a cluster gives fewer slots than a run has workers. Runs on the driver. */
final class MissingSlots {
  private static final String MORE_CORES = "give it more cores, or lower training.workers";

  private MissingSlots() {}

  /** What is missing and what to do, in words. */
  static String why(SparkContext spark, int slots) {
    if (spark.isStopped()) {
      return "the master does not answer (is it up, and is that its address?)";
    }
    int executors = spark.statusTracker().getExecutorInfos().length - 1;
    return StandaloneMaster.ask(spark.master(), spark.applicationId())
        .map(master -> why(master, executors, slots, spark.executorMemory()))
        .orElse(
            executors > 0
                ? MORE_CORES
                : "the cluster manager gave no executor: are there free cores, and %d MB of memory for one?"
                    .formatted(spark.executorMemory()));
  }

  /**
   * The same of a standalone cluster.
   *
   * @param executors that the application has
   * @param asked memory of an executor, in MB
   */
  static String why(StandaloneMaster master, int executors, int slots, int asked) {
    List<Machine> machines = master.machines();
    if (machines.isEmpty()) {
      return "the master has no worker that is alive (start one)";
    }
    if (master.granted() > 0 && executors == 0) {
      return "it gave %s, but no executor has come up there (their words stand in work/ of the machines; a longer training.startTimeout waits for slow ones)"
          .formatted(Counts.of(master.granted(), "core"));
    }
    int most = machines.stream().mapToInt(Machine::memory).max().getAsInt();
    if (asked > most) {
      return "no machine has the %d MB that an executor asks for, the largest has %d MB (lower --executor-memory, or give the machines more)"
          .formatted(asked, most);
    }
    int free = machines.stream().mapToInt(Machine::coresFree).sum();
    boolean fits =
        machines.stream().anyMatch(each -> each.coresFree() > 0 && each.memoryFree() >= asked);
    if (free > 0 && !fits) {
      return "no machine with a free core has %d MB free, which an executor asks for (wait for other applications, or lower --executor-memory)"
          .formatted(asked);
    }
    int cores = machines.stream().mapToInt(Machine::cores).sum();
    return free == 0 && cores > slots
        ? "other applications hold %d of its %d cores (wait for them, or lower training.workers)"
            .formatted(cores - slots, cores)
        : MORE_CORES;
  }
}
