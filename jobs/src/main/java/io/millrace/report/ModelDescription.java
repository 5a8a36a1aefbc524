package io.millrace.report;

import io.millrace.dataset.DatasetManifest;
import io.millrace.evaluate.ClassQuality;
import io.millrace.evaluate.ConfusedPair;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.Secrets;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model is, for people: {@code model.md} beside it. Intended use, data, recipe, metrics by
 * class, where it comes from, how it is loaded; of a model of which no run says more than its own
 * card does, that.
 *
 * <p>Margaret Mitchell and others: Model Cards for Model Reporting (2018, arXiv 1810.03993).
 */
public final class ModelDescription {
  private static final String SHA256 = "SHA-256 of the model";
  private static final int NAMED = 20;
  private static final String LOADING = "How to load it";

  /**
   * What a run knows of its model beyond its card.
   *
   * @param path of the prepared data set
   * @param data the manifest of it
   * @param plan the recipe, a line each
   * @param manifest the run's
   * @param report how well these weights do; none if they were not validated
   */
  public record Run(
      String path,
      DatasetManifest data,
      List<String> plan,
      RunManifest manifest,
      Optional<EvaluationReport> report) {}

  /**
   * How a file of the model is loaded.
   *
   * @param program where, in words
   * @param language of the lines
   * @param lines that do it, from the images to the probabilities where there are any
   */
  public record Loading(String program, String language, List<String> lines) {
    /** A zip that DL4J loads. */
    public static Loading dl4j(String file) {
      return new Loading(
          "In any DL4J 1.0.0-M2.1 program",
          "java",
          List.of(
              "ComputationGraph net =",
              "    ModelSerializer.restoreComputationGraph(new File(%s));".formatted(quoted(file)),
              "INDArray probabilities = net.outputSingle(images);"));
    }

    /** The name of a file as a text in Java or Python. */
    public static String quoted(String file) {
      return '"' + file.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }

  private final ModelCard card;
  private final String sha256;
  private final Optional<Run> run;
  private final Markdown text = new Markdown();

  private ModelDescription(ModelCard card, String sha256, Optional<Run> run) {
    this.card = card;
    this.sha256 = sha256;
    this.run = run;
  }

  /**
   * The text.
   *
   * @param sha256 of the model's file
   */
  public static String of(ModelCard card, String sha256, Optional<Run> run) {
    ModelDescription description = new ModelDescription(card, sha256, run);
    description.head();
    description.use();
    run.ifPresent(description::data);
    run.ifPresent(description::recipe);
    description.metrics();
    description.provenance();
    description.loading();
    return description.text.toString();
  }

  /**
   * The text beside a file that was made of the model for other programs.
   *
   * @param said what the run says of the model; empty where that is not at hand
   */
  public static String exported(Optional<String> said, ModelCard card, String sha256, Loading how) {
    String whole = said.orElseGet(() -> of(card, sha256, Optional.empty()));
    String title = "\n" + new Markdown().title(2, LOADING);
    int end = whole.indexOf(title);
    ModelDescription description = new ModelDescription(card, sha256, Optional.empty());
    description.load(how);
    return (end < 0 ? whole : whole.substring(0, end)) + title + description.text;
  }

  /** Whether a text is of the model with that SHA-256. */
  public static boolean isOf(String text, String sha256) {
    return text.contains(item(sha256));
  }

  private static String item(String sha256) {
    return new Markdown().item(SHA256, sha256).toString();
  }

  private void head() {
    ModelInput input = card.input();
    text.title(1, card.run().name())
        .line(
            "%s, %s, for images of %d x %d, %s."
                .formatted(
                    card.run().network(),
                    Counts.of(card.classes().size(), "class"),
                    input.width(),
                    input.height(),
                    input.channels() == 1 ? "grey" : "colour"));
  }

  private void use() {
    List<String> classes = card.classes();
    String more = classes.size() > NAMED ? " and %,d more".formatted(classes.size() - NAMED) : "";
    String named = String.join(", ", classes.subList(0, Math.min(NAMED, classes.size())));
    text.title(2, "Intended use")
        .line(
            "To tell which one of these an image shows: %s%s. It answers with one of them for every"
                    .formatted(named, more)
                + " image, also for one that shows none of them; how well it does is known for"
                + " images as those below alone.");
  }

  private void data(Run known) {
    DatasetManifest data = known.data();
    text.title(2, "Data")
        .item("prepared set", Secrets.hidden(known.path()))
        .item("its fingerprint", data.fingerprint())
        .item("source", Secrets.hidden(data.origin().source()))
        .item("snapshot of the source", data.origin().fingerprint())
        .item("mean of train", levels(data.images().mean()))
        .item("deviation of train", levels(data.images().deviation()))
        .item(
            "left out",
            data.origin().quarantined() == 0
                ? "nothing"
                : Counts.of(data.origin().quarantined(), "row")
                    + ": "
                    + Counts.words(data.origin().reasons()));
    Map<String, List<Long>> images = DataSection.imagesByClass(data);
    List<String> heads = new ArrayList<>(List.of("class"));
    heads.addAll(images.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < data.classes().size(); k++) {
      List<String> row = new ArrayList<>(List.of(data.classes().get(k)));
      for (List<Long> counts : images.values()) {
        row.add(Figures.format("%,d", counts.get(k)));
      }
      rows.add(row);
    }
    text.table(heads, rows);
  }

  private void recipe(Run known) {
    text.title(2, "Recipe").code("", known.plan().stream().map(Secrets::hidden).toList());
  }

  private void metrics() {
    ModelCard.Metrics metrics = card.metrics();
    text.title(2, "Metrics");
    if (metrics == null || metrics.top1() == null) {
      text.line("Not measured.");
      return;
    }
    text.item("measured on", metrics.split() + ", after epoch " + metrics.epoch())
        .item("top-1", Figures.percent(metrics.top1()))
        .item("top-5", Figures.percent(metrics.top5()))
        .item("loss", Figures.number(metrics.loss()));
    if (metrics.trainLoss() != null) {
      text.item("training loss", Figures.number(metrics.trainLoss()));
    }
    run.flatMap(Run::report)
        .filter(report -> report.confusion().length == card.classes().size())
        .ifPresent(this::byClass);
  }

  private void byClass(EvaluationReport report) {
    text.item("calibration error (ECE, 15 bins)", Figures.percent(report.calibration().ece()));
    text.table(
        List.of("class", "precision", "recall", "F1", "images"),
        ClassQuality.of(card.classes(), report.confusion()).stream()
            .map(
                each ->
                    List.of(
                        each.name(),
                        share(each.precision()),
                        share(each.recall()),
                        share(each.f1()),
                        Figures.format("%,d", each.support())))
            .toList());
    String confused =
        ConfusedPair.worst(card.classes(), report.confusion()).stream()
            .limit(5)
            .map(each -> "%s for %s %,d".formatted(each.label(), each.predicted(), each.examples()))
            .collect(Collectors.joining("; "));
    if (!confused.isEmpty()) {
      text.line("").item("most often taken", confused);
    }
  }

  private void provenance() {
    text.title(2, "Provenance").item(SHA256, sha256).item("run", card.run().name());
    card.run().fingerprints().forEach((name, print) -> text.item("fingerprint, " + name, print));
    card.versions().forEach((name, version) -> text.item("version, " + name, version));
    run.map(Run::manifest)
        .ifPresent(
            manifest -> {
              text.item("seed", Long.toString(manifest.seed()));
              text.item("started", manifest.startedAt());
              text.item("input", manifest.input());
              manifest.weights().forEach(each -> text.item("first weights", each));
              manifest.compute().forEach((name, value) -> text.item("compute, " + name, value));
              if (!manifest.command().isEmpty()) {
                text.code("", List.of(manifest.command()));
              }
            });
  }

  private void loading() {
    text.title(2, LOADING);
    load(Loading.dl4j("model.zip"));
    text.line("On a lake, and for other programs:")
        .code(
            "",
            List.of(
                "deploy/submit predict --config CONFIG --model model.zip --input LAKE --output FOLDER",
                "deploy/submit export --config CONFIG --model model.zip --format onnx"));
  }

  private void load(Loading how) {
    ModelInput input = card.input();
    text.line(
            "%s, on images [N, %d, %d, %d]: resized (%s) so that a centre"
                    .formatted(
                        how.program(),
                        input.channels(),
                        input.height(),
                        input.width(),
                        input.resize())
                + " crop keeps %s of the tight side, levels from %s to %s, then (level - mean) / deviation with %s."
                    .formatted(
                        input.cropShare(),
                        input.range().get(0),
                        input.range().get(1),
                        input.normalisation()))
        .code(how.language(), how.lines());
  }

  private static String share(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String levels(List<Double> values) {
    return values.stream().map(v -> Figures.format("%.4f", v)).collect(Collectors.joining(" "));
  }
}
