package io.millrace.predict;

import io.millrace.cluster.Broadcasts;
import io.millrace.config.RunConfig;
import io.millrace.dataset.HadoopConf;
import io.millrace.evaluate.CroppedImages;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.evaluate.ModelTrial;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.Secrets;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.plan.NetworkSize;
import io.millrace.predict.PredictManifest.Done;
import io.millrace.predict.PredictManifest.Input;
import io.millrace.predict.PredictManifest.Model;
import io.millrace.prepare.Apart;
import io.millrace.prepare.OwnSets;
import io.millrace.replica.ReplicaPool;
import io.millrace.run.SavedModel;
import io.millrace.run.TrainingSetup;
import io.millrace.settings.Counts;
import io.millrace.source.ManyFiles;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceFiles;
import io.millrace.source.Sources;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * The images of a source through a model into Parquet. What is there already is left as it is, and
 * the rest is added; another model, other images or other settings are refused. Runs on the driver.
 */
public final class PredictJob {
  /** Activations of a pass whose layers are looked at, in floats. */
  private static final long MOST_SHOWN = 1 << 26;

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
    SourceConfig asked = source();
    SavedModel model = SavedModel.read(hadoop, request.model());
    EvaluatedModel evaluated = model.evaluated();
    int top = request.top(evaluated.classes().size());
    Evaluation.How how = TrainingSetup.evaluation(config).folding();
    PredictNetwork network =
        PredictNetwork.of(evaluated.network(), how.fastPath(), how.folds(), request.layer());
    Optional<String> outputs = ModelTrial.run(request.model(), evaluated, model.zip().parameters());
    for (String path : asked.path()) {
      Apart.require(path, "--output", request.output(), hadoop);
    }
    PredictFolder folder = PredictFolder.open(hadoop, request.output());
    OwnSets own = OwnSets.apartFrom(SourceFiles.list(asked, hadoop), asked.place(), hadoop);
    Source source = Sources.open(own.source(), asked, spark);
    Holder me = Holder.here("predict", spark.sc().applicationId());
    try (Lease lease = Lease.take(hadoop, folder.root(), me, stop)) {
      PredictManifest manifest =
          manifest(folder, manifest(model, asked, own.source(), source.slices(), top));
      words(manifest, evaluated, outputs).forEach(watcher::line);
      PredictSpec spec =
          new PredictSpec(
              source,
              config.dataset(),
              CroppedImages.of(evaluated.input()),
              network,
              evaluated.classes(),
              batch(how.batch(), evaluated),
              top,
              manifest.model().sha256(),
              manifest.model().run(),
              folder.root().toString(),
              new HadoopConf(hadoop));
      List<Chunk> chunks =
          Chunk.of(source.slices(), new Chunk.Size(manifest.chunkRows(), manifest.chunkBytes()));
      PredictTally tally = new PredictTally();
      predict(spec, model, todo(spec, chunks, folder, tally), manifest, tally);
      lease.check();
      tally.requireAll();
      folder.write(manifest.with(new Done(tally.rows(), tally.quarantined())));
      folder.success();
      List<String> leftOut = new ArrayList<>(own.leftOut());
      leftOut.addAll(source.leftOut());
      return new PredictReport(
          tally.rows(),
          tally.earlier(),
          tally.reasons(),
          (System.nanoTime() - start) / 1e9,
          tally.pace(),
          leftOut,
          folder.predictions(),
          folder.quarantine());
    }
  }

  /** Examples of a pass, fewer where all that it makes of them is in memory at once. */
  private int batch(int most, EvaluatedModel model) {
    if (request.layer() == null) {
      return most;
    }
    ModelInput input = model.input();
    long activations =
        NetworkSize.of(model.network(), input.height(), input.width(), input.channels())
            .activations();
    return (int) Math.max(1, Math.min(most, MOST_SHOWN / activations));
  }

  private SourceConfig source() {
    SourceConfig source =
        request.input() == null ? config.source() : config.source().at(request.input());
    if (!source.given()) {
      throw new IllegalArgumentException("Invalid source.path: [] (must be set, or --input given)");
    }
    if (source.tabular()) {
      throw new IllegalArgumentException(
          "Cannot predict %s: it is a table with versions, and predict reads files (write the snapshot first, spark.read.table(TABLE).write.parquet(FOLDER), then give --input FOLDER)"
              .formatted(source.place()));
    }
    return source.unlabelled();
  }

  /** What this run would write into a new folder. */
  private PredictManifest manifest(
      SavedModel model, SourceConfig source, SourceFiles files, List<Slice> slices, int top)
      throws IOException {
    ModelCard.Run run = model.zip().card().orElseThrow().run();
    Map<String, String> settings = new TreeMap<>();
    settings.put("--top", Integer.toString(top));
    settings.put("--layer", String.valueOf(request.layer()));
    settings.put("source.image", source.image());
    settings.put("source.splits", source.splits().toString());
    settings.put("source.where", String.valueOf(source.where()));
    settings.put("dataset.shortSide", Integer.toString(config.dataset().shortSide()));
    settings.put("dataset.encoding", config.dataset().encoding().toString());
    Chunk.Size size = Chunk.Size.of(slices, spark.defaultParallelism());
    return new PredictManifest(
        PredictManifest.FORMAT,
        new Model(Secrets.hidden(model.path()), model.sha256(hadoop), run.name(), run.network()),
        new Input(
            Secrets.hidden(source.place()),
            fingerprint(files),
            files.files().size(),
            slices.stream().mapToLong(Slice::rows).sum()),
        settings,
        size.rows(),
        size.bytes(),
        null,
        RunManifest.builtWith());
  }

  /** SHA-256 of the files by path, length and time of change. */
  private static String fingerprint(SourceFiles files) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(files.root().toString().getBytes(StandardCharsets.UTF_8));
    for (var file : files.files()) {
      String line = "\n%s %d %d".formatted(file.path(), file.bytes(), file.modified());
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The manifest to go on with: that which is there, if it is one of the same. */
  private PredictManifest manifest(PredictFolder folder, PredictManifest ours) throws IOException {
    if (request.overwrite()) {
      folder.clear();
    }
    Optional<PredictManifest> there = folder.manifest();
    Optional<String> difference = there.flatMap(each -> each.difference(ours));
    if (difference.isPresent()) {
      throw new IllegalArgumentException(
          "Cannot predict into %s: it holds predictions %s (take another --output, or --overwrite)"
              .formatted(request.output(), difference.get()));
    }
    if (there.isEmpty()) {
      if (!folder.written().isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot predict into %s: it holds predictions without a manifest (take another --output, or --overwrite)"
                .formatted(request.output()));
      }
      folder.write(ours);
    }
    folder.sweep();
    return there.orElse(ours);
  }

  private List<String> words(
      PredictManifest manifest, EvaluatedModel model, Optional<String> outputs) {
    List<String> words = new ArrayList<>();
    words.add(line("model", "%s, %s".formatted(manifest.model(), manifest.model().network())));
    words.add(
        line(
            "input",
            "%s: %s, %s"
                .formatted(
                    manifest.input().path(),
                    Counts.of(manifest.input().files(), "file"),
                    Counts.of(manifest.input().rows(), "row"))));
    FoldedNorms norms = FoldedNorms.of(model.network());
    if (TrainingSetup.evaluation(config).folding().folds() && norms.folded() > 0) {
      words.add(
          line(
              "folded",
              "%d of %s into the layers before them; probabilities differ by rounding"
                  .formatted(norms.folded(), Counts.of(norms.norms(), "batch norm"))));
    }
    outputs.ifPresent(each -> words.add(line("outputs", each)));
    return words;
  }

  private static String line(String name, String text) {
    return "%-14s %s".formatted(name, text);
  }

  /** The chunks that are not there; what became of the others is counted. */
  private List<Chunk> todo(
      PredictSpec spec, List<Chunk> chunks, PredictFolder folder, PredictTally tally)
      throws IOException {
    Set<String> written = new HashSet<>(folder.written());
    List<String> there = chunks.stream().map(Chunk::file).filter(written::contains).toList();
    String root = spec.folder();
    String sha256 = spec.model();
    HadoopConf conf = spec.hadoop();
    spark.setJobDescription("predict: look at what is there");
    List<byte[]> looks =
        ManyFiles.on(spark)
            .look(
                there,
                file ->
                    ChunkFooter.read(root, file, sha256, conf)
                        .map(Packed::pack)
                        .orElse(new byte[0]));
    Set<String> done = new HashSet<>();
    for (int i = 0; i < there.size(); i++) {
      if (looks.get(i).length > 0) {
        tally.before(Packed.unpack(looks.get(i), ChunkResult.class));
        done.add(there.get(i));
      }
    }
    return chunks.stream().filter(chunk -> !done.contains(chunk.file())).toList();
  }

  private void predict(
      PredictSpec spec,
      SavedModel model,
      List<Chunk> chunks,
      PredictManifest manifest,
      PredictTally tally) {
    watcher.started(manifest.input().rows());
    watcher.scored((int) Math.min(Integer.MAX_VALUE, tally.earlier()));
    if (chunks.isEmpty()) {
      return;
    }
    if (stop.getAsBoolean()) {
      throw stopped(manifest, tally);
    }
    Broadcast<byte[]> packed = spark.broadcast(Packed.pack(spec));
    Broadcast<byte[][]> weights = spark.broadcast(model.zip().parameters().slices());
    try (StoppedJobs jobs =
        new StoppedJobs(spark.sc(), "predict " + manifest.input().path(), stop)) {
      boolean ended =
          jobs.run(
              () ->
                  PredictTask.run(
                      spark,
                      packed,
                      weights,
                      chunks,
                      (result, i) -> {
                        tally.ended(result);
                        watcher.scored((int) chunks.get(i).rows());
                      }));
      if (!ended) {
        throw stopped(manifest, tally);
      }
    } finally {
      Broadcasts.destroy(weights);
      Broadcasts.destroy(packed);
      ReplicaPool.release(spec.network());
    }
  }

  private PredictStoppedException stopped(PredictManifest manifest, PredictTally tally) {
    return new PredictStoppedException(request.output(), tally.images(), manifest.input().rows());
  }
}
