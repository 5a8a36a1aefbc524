package io.millrace.training;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One worker's part of one round: a pure function of what it holds and the minibatches, so that a
 * repeated attempt gives the same bytes. Runs on executors.
 */
interface WorkerTask extends Serializable {
  /**
   * Works through the minibatches of worker {@code worker} and packs its result.
   *
   * @param rdd the RDD whose blocks it may leave
   */
  byte[] run(int rdd, int worker, Iterator<DataSet> minibatches, TaskContext context)
      throws Exception;
}
