package io.millrace.training;

import io.millrace.foreign.ForeignExamples;
import io.millrace.foreign.ForeignPaths;
import java.util.Collection;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A training master that serves every {@code fit} of DL4J Spark by {@code fit(RDD<DataSet>)}, and
 * refuses in one line what is not a {@code fit}.
 */
interface FitOnly extends TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  @Override
  default void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    executeTraining(graph, data.map(ForeignExamples::dataSet));
  }

  @Override
  default void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    JavaRDD<DataSet> data = ForeignPaths.load(paths, loader, multiLoader);
    if (network != null) {
      executeTraining(network, data);
    } else {
      executeTraining(graph, data);
    }
  }

  @Override
  default TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw refusal("hand out a worker", "replicas stay inside the executors");
  }

  @Override
  default TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw refusal("hand out a worker", "replicas stay inside the executors");
  }

  @Override
  default void addHook(TrainingHook hook) {
    throw refusal("run training hooks", "listen to rounds with a RoundListener");
  }

  @Override
  default void removeHook(TrainingHook hook) {
    throw refusal("run training hooks", "listen to rounds with a RoundListener");
  }

  @Override
  default void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw refusal("collect DL4J's statistics", "listen to rounds with a RoundListener");
    }
  }

  @Override
  default boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  default SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  default void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    if (router != null) {
      throw refusal("route statistics", "listen to rounds with a RoundListener");
    }
    setListeners(listeners);
  }

  /** Nothing is left behind, so there is nothing to delete. */
  @Override
  default boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** Nothing is left behind, so there is nothing to delete. */
  @Override
  default boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  private static UnsupportedOperationException refusal(String what, String instead) {
    return new UnsupportedOperationException("Cannot " + what + ": " + instead);
  }
}
