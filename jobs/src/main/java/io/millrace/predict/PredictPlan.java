package io.millrace.predict;

import io.millrace.config.RunConfig;
import io.millrace.dataset.HadoopConf;
import io.millrace.evaluate.CroppedImages;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.evaluate.Evaluation;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.Secrets;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.plan.NetworkSize;
import io.millrace.predict.PredictManifest.Input;
import io.millrace.predict.PredictManifest.Model;
import io.millrace.prepare.DatasetConfig;
import io.millrace.run.SavedModel;
import io.millrace.run.TrainingSetup;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;

/**
 * What a prediction will do: which images go through which network, and what a row depends on.
 *
 * @param config the resolved config
 * @param request what is asked
 * @param model the model
 * @param evaluated what of it predicts
 * @param source the images, without labels
 * @param how it evaluates
 */
record PredictPlan(
    RunConfig config,
    PredictRequest request,
    SavedModel model,
    EvaluatedModel evaluated,
    SourceConfig source,
    Evaluation.How how) {
  /** Activations of a pass whose layers are looked at, in floats. */
  private static final long MOST_SHOWN = 1 << 26;

  /**
   * Reads what is asked for.
   *
   * @throws IllegalArgumentException if model, source or the number of classes cannot be used
   * @throws IOException in one line if the model cannot be read
   */
  static PredictPlan of(Configuration hadoop, RunConfig config, PredictRequest request)
      throws IOException {
    SourceConfig source = source(config, request);
    SavedModel model = SavedModel.read(hadoop, request.model());
    EvaluatedModel evaluated = model.evaluated();
    request.top(evaluated.classes().size());
    return new PredictPlan(
        config, request, model, evaluated, source, TrainingSetup.evaluation(config).folding());
  }

  /**
   * The source that is asked for, without labels.
   *
   * @throws IllegalArgumentException if there is none, or none that predict can read
   */
  private static SourceConfig source(RunConfig config, PredictRequest request) {
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

  /** Whether it reads another place than the config's, which chooses among what lies there. */
  boolean readsAll() {
    SourceConfig own = config.source();
    return request.input() != null && (own.where() != null || !own.splits().isEmpty());
  }

  /** Classes of a row. */
  int top() {
    return request.top(evaluated.classes().size());
  }

  /**
   * The network.
   *
   * @throws IllegalArgumentException if it has not the layer that is asked for
   */
  PredictNetwork network() {
    return PredictNetwork.of(evaluated.network(), how.fastPath(), how.folds(), request.layer());
  }

  /** What tasks are told. */
  PredictSpec spec(
      Source images,
      PredictNetwork network,
      PredictManifest manifest,
      PredictFolder folder,
      HadoopConf hadoop) {
    return new PredictSpec(
        images,
        config.dataset(),
        CroppedImages.of(evaluated.input()),
        network,
        evaluated.classes(),
        batch(),
        how.faults(),
        top(),
        manifest.model().sha256(),
        manifest.model().run(),
        folder.root().toString(),
        hadoop);
  }

  /** Examples of a pass, fewer where all that it makes of them is in memory at once. */
  private int batch() {
    if (request.layer() == null) {
      return how.batch();
    }
    ModelInput input = evaluated.input();
    long activations =
        NetworkSize.of(evaluated.network(), input.height(), input.width(), input.channels())
            .activations();
    return (int) Math.max(1, Math.min(how.batch(), MOST_SHOWN / activations));
  }

  /**
   * What it would write into a new folder.
   *
   * @param files of the source
   * @param slices of them
   * @param tasks that run at once, as far as is known
   */
  PredictManifest manifest(Configuration hadoop, SourceFiles files, List<Slice> slices, int tasks)
      throws IOException {
    ModelCard.Run run = model.zip().card().orElseThrow().run();
    Chunk.Size size = Chunk.Size.of(slices, tasks, batch());
    return new PredictManifest(
        PredictManifest.FORMAT,
        new Model(Secrets.hidden(model.path()), model.sha256(hadoop), run.name(), run.network()),
        new Input(
            Secrets.hidden(source.place()),
            fingerprint(files),
            files.files().size(),
            slices.stream().mapToLong(Slice::rows).sum()),
        settings(),
        size.rows(),
        size.bytes(),
        null,
        RunManifest.builtWith());
  }

  /** What a row depends on beside model and files, each where it says anything. */
  private Map<String, String> settings() {
    DatasetConfig stored = config.dataset();
    Map<String, String> settings = new TreeMap<>();
    settings.put("--top", Integer.toString(top()));
    settings.put("--layer", String.valueOf(request.layer()));
    settings.put("source.image", source.image());
    settings.put("source.splits", source.splits().toString());
    settings.put("source.where", String.valueOf(source.where()));
    settings.put("dataset.shortSide", Integer.toString(stored.shortSide()));
    settings.put("dataset.encoding", stored.encoding().toString());
    if (stored.encoding() == DatasetConfig.Encoding.JPEG) {
      settings.put("dataset.jpegQuality", Integer.toString(stored.jpegQuality()));
    }
    if (!source.splits().isEmpty()) {
      settings.put("source.split", String.valueOf(source.split()));
      settings.put("source.splitByPath", Boolean.toString(source.splitByPath()));
    }
    return settings;
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
}
