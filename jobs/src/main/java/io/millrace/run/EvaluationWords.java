package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.formats.ModelZip;
import io.millrace.model.ClassMatch;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is evaluated on what, and where model and set differ, in lines for people. */
final class EvaluationWords {
  private final List<String> lines = new ArrayList<>();

  private EvaluationWords() {}

  static List<String> of(
      RunConfig config,
      String path,
      ModelZip zip,
      PreparedDataset data,
      Split split,
      EvaluatedModel model) {
    EvaluationWords words = new EvaluationWords();
    words.model(path, zip);
    words.line(
        "data",
        "%s: %s, %s, %s",
        config.dataset().path(),
        split.name().toLowerCase(Locale.ROOT),
        Counts.of(data.rows(split), "image"),
        Counts.of(data.classes().size(), "class"));
    words.classes(new ClassMatch(model.classes(), data.classes()));
    if (zip.card().isPresent()) {
      words.input(config, data, model.input());
    }
    return words.lines;
  }

  private void model(String path, ModelZip zip) {
    long parameters = zip.parameters().length();
    if (zip.card().isEmpty()) {
      line("model", "%s: a network of %,d parameters", path, parameters);
      line(
          "",
          "it does not say what it was trained on (of another program, or an older Millrace):"
              + " classes and input are taken from the set and the config");
      return;
    }
    ModelCard card = zip.card().get();
    ModelCard.Metrics metrics = card.metrics();
    line(
        "model",
        "%s: run %s, %s, %,d parameters%s%s",
        path,
        card.run().name(),
        card.run().network(),
        parameters,
        metrics == null ? "" : ", epoch " + metrics.epoch(),
        metrics == null || metrics.top1() == null
            ? ""
            : String.format(
                Locale.ROOT, ", %s top-1 %.2f %%", metrics.split(), 100 * metrics.top1()));
  }

  private void classes(ClassMatch match) {
    if (match.same()) {
      return;
    }
    String difference = match.difference();
    line(
        "classes",
        "matched by name: %s",
        difference.isEmpty() ? "the set has them in another order" : difference);
  }

  private void input(RunConfig config, PreparedDataset data, ModelInput input) {
    var set = config.input();
    if (input.height() != set.height() || input.width() != set.width()) {
      line(
          "input",
          "%d x %d, as the model's; the config says %d x %d",
          input.width(),
          input.height(),
          set.width(),
          set.height());
    }
    if (input.channels() < data.manifest().images().channels()) {
      line("colour", "the model sees grey, the images are in colour");
    }
    double share = config.evaluation().cropShare();
    if (input.cropShare() != share) {
      line("crop", "%s of a side, as the model's; the config says %s", input.cropShare(), share);
    }
    var others = data.normalisation(input.channels(), set.normalize());
    if (!input.isNormalisedBy(others.mean(), others.deviation())) {
      line(
          "normalised",
          "%s of the model; not %s of the set",
          input.normalisation(),
          ModelInput.words(others.mean(), others.deviation()));
    }
  }

  private void line(String name, String format, Object... values) {
    lines.add("%-14s ".formatted(name) + String.format(Locale.ROOT, format, values));
  }
}
