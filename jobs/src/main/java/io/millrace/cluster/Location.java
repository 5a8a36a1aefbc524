package io.millrace.cluster;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * The JVM where a worker trained: it has the replica, and the slices until the round is over.
 *
 * @param executor Spark's name of the executor
 * @param host its host
 * @param port port of its block service
 */
public record Location(String executor, String host, int port) implements Serializable {
  /** This JVM. */
  public static Location here() {
    BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
    return new Location(id.executorId(), id.host(), id.port());
  }

  /** As Spark writes the preferred location of a task. */
  public String preferred() {
    return "executor_" + host + "_" + executor;
  }

  @Override
  public String toString() {
    return "executor " + executor + " on " + host;
  }
}
