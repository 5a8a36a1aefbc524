package io.millrace.training;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.rpc.RpcAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/** Why a cluster gives fewer slots than a run has workers. Runs on the driver. */
final class MissingSlots {
  private static final Logger LOG = LoggerFactory.getLogger(MissingSlots.class);
  private static final Pattern STANDALONE = Pattern.compile("spark://([^:,]+):(\\d+).*");
  private static final String MORE_CORES = "give it more cores, or lower training.workers";

  /** A machine of a standalone cluster: cores, and memory in MB. */
  record Machine(int cores, int coresFree, int memory, int memoryFree) {}

  private MissingSlots() {}

  /** What is missing and what to do, in words. */
  static String why(SparkContext spark, int slots) {
    if (spark.isStopped()) {
      return "the master does not answer (is it up, and is that its address?)";
    }
    int executors = spark.statusTracker().getExecutorInfos().length - 1;
    return machines(spark.master())
        .map(machines -> why(machines, executors, slots, spark.executorMemory()))
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
  static String why(List<Machine> machines, int executors, int slots, int asked) {
    if (machines.isEmpty()) {
      return "the master has no worker that is alive (start one)";
    }
    int most = machines.stream().mapToInt(Machine::memory).max().getAsInt();
    if (asked > most) {
      return "no machine has the %d MB that an executor asks for, the largest has %d MB (lower --executor-memory, or give the machines more)"
          .formatted(asked, most);
    }
    int free = machines.stream().mapToInt(Machine::coresFree).sum();
    boolean fits = machines.stream().anyMatch(each -> each.memoryFree() >= asked);
    if (executors == 0 && free > 0 && !fits) {
      return "no machine has %d MB free, which an executor asks for; other applications hold the rest (wait for them, or lower --executor-memory)"
          .formatted(asked);
    }
    int cores = machines.stream().mapToInt(Machine::cores).sum();
    return free == 0 && cores > slots
        ? "other applications hold %d of its %d cores (wait for them, or lower training.workers)"
            .formatted(cores - slots, cores)
        : MORE_CORES;
  }

  /** What the standalone master knows of its machines; no public call gives that. */
  private static Optional<List<Machine>> machines(String master) {
    Matcher address = STANDALONE.matcher(master);
    if (!address.matches()) {
      return Optional.empty();
    }
    try {
      var at = new RpcAddress(address.group(1), Integer.parseInt(address.group(2)));
      DeployMessages.MasterStateResponse state =
          SparkEnv.get()
              .rpcEnv()
              .setupEndpointRef(at, "Master")
              .askSync(
                  DeployMessages.RequestMasterState$.MODULE$,
                  ClassTag$.MODULE$.apply(DeployMessages.MasterStateResponse.class));
      return Optional.of(
          Stream.of(state.workers())
              .filter(each -> each.isAlive())
              .map(
                  each ->
                      new Machine(each.cores(), each.coresFree(), each.memory(), each.memoryFree()))
              .toList());
    } catch (RuntimeException e) {
      LOG.debug("Cannot ask {} for its machines", master, e);
      return Optional.empty();
    }
  }
}
