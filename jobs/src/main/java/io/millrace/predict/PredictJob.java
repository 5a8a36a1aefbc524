package io.millrace.predict;

import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.StoppableJobs;
import io.millrace.config.RunConfig;
import io.millrace.dataset.HadoopConf;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.evaluate.ModelTrial;
import io.millrace.metrics.Secrets;
import io.millrace.predict.PredictManifest.Done;
import io.millrace.prepare.Apart;
import io.millrace.prepare.OwnSets;
import io.millrace.replica.ReplicaPool;
import io.millrace.source.Source;
import io.millrace.source.SourceFiles;
import io.millrace.source.Sources;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * The images of a source through a model into Parquet. What is there already is left as it is, and
 * the rest is added; another model, other images or other settings are refused. Runs on the driver.
 */
public final class PredictJob {
  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private final RunConfig config;
  private final PredictRequest request;
  private final EvaluationWatcher watcher;
  private final BooleanSupplier stop;

  private PredictJob(
      SparkSession session,
      RunConfig config,
      PredictRequest request,
      EvaluationWatcher watcher,
      BooleanSupplier stop) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.hadoop = spark.hadoopConfiguration();
    this.config = config;
    this.request = request;
    this.watcher = watcher;
    this.stop = stop;
  }

  /**
   * Predicts.
   *
   * @param watcher is told what is predicted, and how far it has come
   * @param stop asked a few times a second whether to end here
   * @throws IllegalArgumentException if model, source or folder cannot be used
   * @throws IOException in one line if something cannot be read or written
   * @throws PredictStoppedException when {@code stop} said so before all was done
   */
  public static PredictReport run(
      SparkSession session,
      RunConfig config,
      PredictRequest request,
      EvaluationWatcher watcher,
      BooleanSupplier stop)
      throws IOException {
    return new PredictJob(session, config, request, watcher, stop).run();
  }

  private PredictReport run() throws IOException {
    long start = System.nanoTime();
    PredictPlan plan = PredictPlan.of(hadoop, config, request);
    PredictNetwork network = plan.network();
    Optional<String> outputs =
        ModelTrial.run(request.model(), plan.evaluated(), plan.model().zip().parameters());
    for (String path : plan.source().path()) {
      Apart.require(path, "--output", request.output(), hadoop);
    }
    PredictFolder folder = PredictFolder.open(hadoop, request.output());
    OwnSets own =
        OwnSets.apartFrom(SourceFiles.list(plan.source(), hadoop), plan.source().place(), hadoop);
    Source source = Sources.open(own.source(), plan.source(), spark);
    Holder me = Holder.here("predict", spark.sc().applicationId());
    try (Lease lease = Lease.take(hadoop, folder.root(), me, stop)) {
      PredictManifest ours =
          plan.manifest(hadoop, own.source(), source.slices(), spark.defaultParallelism());
      PredictManifest manifest = folder.claim(ours, request);
      PredictWords.of(plan, manifest, outputs).forEach(watcher::line);
      PredictSpec spec = plan.spec(source, network, manifest, folder, new HadoopConf(hadoop));
      List<Chunk> chunks = Chunk.of(source.slices(), manifest.chunk());
      PredictTally tally = new PredictTally(manifest.input().rows());
      watcher.started(tally.of());
      predict(plan, spec, EarlierChunks.left(spark, spec, chunks, folder, tally), tally);
      lease.check();
      tally.requireAll();
      folder.write(manifest.with(new Done(tally.rows(), tally.quarantined())));
      folder.success();
      List<String> leftOut = new ArrayList<>(own.leftOut());
      leftOut.addAll(source.leftOut());
      double seconds = (System.nanoTime() - start) / 1e9;
      return PredictReport.of(tally, seconds, leftOut, folder);
    }
  }

  private void predict(PredictPlan plan, PredictSpec spec, List<Chunk> chunks, PredictTally tally) {
    watcher.scored((int) Math.min(Integer.MAX_VALUE, tally.earlier()));
    if (chunks.isEmpty()) {
      return;
    }
    if (stop.getAsBoolean()) {
      throw stopped(tally);
    }
    Broadcast<byte[]> packed = spark.broadcast(Packed.pack(spec));
    Broadcast<byte[][]> weights = spark.broadcast(plan.model().zip().parameters().slices());
    try (StoppableJobs jobs =
        new StoppableJobs(spark.sc(), "predict", request.output(), stop, () -> {})) {
      jobs.describe(Secrets.hidden(plan.source().place()));
      predict(jobs, packed, weights, chunks, tally);
    } finally {
      Broadcasts.destroy(weights);
      Broadcasts.destroy(packed);
      ReplicaPool.release(spec.network());
    }
  }

  private void predict(
      StoppableJobs jobs,
      Broadcast<byte[]> spec,
      Broadcast<byte[][]> weights,
      List<Chunk> chunks,
      PredictTally tally) {
    try {
      PredictTask.run(
          spark,
          spec,
          weights,
          chunks,
          (result, i) -> {
            tally.ended(result, System.nanoTime());
            watcher.scored((int) chunks.get(i).rows());
          });
    } catch (Exception e) { // Spark's own are checked, and nobody declares them
      if (jobs.wereStopped()) {
        throw stopped(tally);
      }
      throw e;
    }
  }

  private PredictStoppedException stopped(PredictTally tally) {
    return new PredictStoppedException(request.output(), tally.images(), tally.of());
  }
}
