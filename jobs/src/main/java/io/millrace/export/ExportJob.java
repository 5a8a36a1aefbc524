package io.millrace.export;

import io.millrace.backend.NativeBinary;
import io.millrace.config.RunConfig;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.report.ModelDescription;
import io.millrace.run.SavedModel;
import io.millrace.settings.Counts;
import io.millrace.store.Content;
import io.millrace.store.RealPath;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Writes a model as other programs read it, and beside it what it is. Starts no Spark. */
public final class ExportJob {
  private static final String CARD = ".md";

  private final Configuration hadoop;
  private final ExportRequest request;
  private final ExportFormat format;

  private ExportJob(ExportRequest request, Configuration hadoop) {
    this.hadoop = hadoop;
    this.request = request;
    this.format = ExportFormat.of(request.format());
    if (request.names() != null && !format.takesNames()) {
      throw new IllegalArgumentException(
          "Invalid --names: %s (must be left out for %s)"
              .formatted(request.names().word(), format.name()));
    }
  }

  /**
   * Exports.
   *
   * @param config whose network names of libraries go by
   * @return lines for the terminal, the last one for programs
   * @throws IllegalArgumentException in one line for what the format cannot hold, or a file that is
   *     there already
   * @throws IOException in one line if something cannot be read or written
   */
  public static List<String> run(RunConfig config, ExportRequest request, Configuration hadoop)
      throws IOException {
    ExportJob job = new ExportJob(request, hadoop);
    NativeBinary.select(); // no session has done it
    return job.export(config);
  }

  private List<String> export(RunConfig config) throws IOException {
    SavedModel saved = SavedModel.read(hadoop, request.model());
    ComputationGraphConfiguration network = saved.network();
    var model = new ExportedModel(saved, network, config.model().architecture(), request);
    Path output = new Path(output());
    RunFolder folder = RunFolder.existing(hadoop, output.getParent());
    String name = output.getName();
    requireOther(folder.path(name));
    requireCardFree(saved, folder, name);
    Content content = format.content(model);
    boolean there = write(folder, name, content);
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s %s: %s, %,d parameters"
            .formatted(
                there ? "is there already," : "exported",
                request.model(),
                format.name(),
                saved.zip().parameters().length()));
    if (request.fold()) {
      FoldedNorms norms = FoldedNorms.of(network);
      lines.add(
          "%-14s %d of %s into the layers before them"
              .formatted("folded", norms.folded(), Counts.of(norms.norms(), "batch norm")));
    }
    String card = card(model, folder, name);
    lines.add(
        "format=%s file=%s%s"
            .formatted(format.name(), folder.path(name), card.isEmpty() ? "" : " card=" + card));
    return lines;
  }

  /** A model is not replaced by what was made of it: there may be no other. */
  private void requireOther(String file) throws IOException {
    Path model = new Path(request.model());
    if (one(new Path(file), model)) {
      throw new IllegalArgumentException(
          "Invalid --output: %s (must not be the model itself)".formatted(file));
    }
  }

  private boolean one(Path file, Path other) throws IOException {
    return RealPath.of(file, hadoop).equals(RealPath.of(other, hadoop));
  }

  /** Nothing but a card of this model is replaced unasked, and what the run says of it never. */
  private void requireCardFree(SavedModel saved, RunFolder folder, String file) throws IOException {
    String card = file + CARD;
    if (saved.zip().card().isEmpty() || folder.size(card) < 0) {
      return;
    }
    if (one(new Path(folder.path(card)), new Path(stem(request.model()) + CARD))) {
      throw new IllegalArgumentException(
          "Invalid --output: %s (must be another name: %s beside it is what the run says of its model)"
              .formatted(folder.path(file), card));
    }
    String sha256 = saved.sha256(hadoop);
    boolean own = folder.text(card).filter(text -> ModelDescription.isOf(text, sha256)).isPresent();
    if (!own && !request.overwrite()) {
      throw new IllegalArgumentException(
          "Invalid --output: %s (its card, %s, must not be there; --overwrite replaces it)"
              .formatted(folder.path(file), card));
    }
  }

  private String output() {
    return request.output() == null ? stem(request.model()) + format.ending() : request.output();
  }

  private static String stem(String file) {
    return file.replaceFirst("\\.[A-Za-z0-9]+$", "");
  }

  /** Writes the file unless just that is there. */
  private boolean write(RunFolder folder, String name, Content content) throws IOException {
    if (folder.size(name) >= 0 && folder.holds(name, content)) {
      return true;
    }
    if (folder.size(name) >= 0 && !request.overwrite()) {
      throw new IllegalArgumentException(
          "Invalid --output: %s (must not be there; --overwrite replaces it)"
              .formatted(folder.path(name)));
    }
    folder.write(name, content);
    return false;
  }

  /**
   * Writes what the model is beside the file, and how that is loaded: what its run says, where that
   * lies beside the model, else what its own card says. The run's own text stays as it is.
   */
  private String card(ExportedModel model, RunFolder folder, String file) throws IOException {
    SavedModel saved = model.saved();
    if (saved.zip().card().isEmpty()) {
      return "";
    }
    String sha256 = saved.sha256(hadoop);
    RunFolder beside = RunFolder.existing(hadoop, new Path(request.model()).getParent());
    Optional<String> said =
        beside
            .text(new Path(stem(request.model()) + CARD).getName())
            .filter(text -> ModelDescription.isOf(text, sha256));
    String name = file + CARD;
    folder.write(
        name,
        ModelDescription.exported(
            said, saved.zip().card().get(), sha256, format.loading(model, file)));
    return folder.path(name);
  }
}
