package io.millrace.predict;

import io.millrace.model.layers.FoldedNorms;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a prediction does, in lines for the terminal. */
final class PredictWords {
  private PredictWords() {}

  /**
   * What a person should hear of it.
   *
   * @param plan what it does
   * @param manifest that it goes on with
   * @param outputs what is said of the model's outputs, if anything
   */
  static List<String> of(PredictPlan plan, PredictManifest manifest, Optional<String> outputs) {
    List<String> words = new ArrayList<>();
    words.add(line("model", "%s, %s".formatted(manifest.model(), manifest.model().network())));
    words.add(
        line(
            "input",
            "%s: %s, %s%s"
                .formatted(
                    manifest.input().path(),
                    Counts.of(manifest.input().files(), "file"),
                    Counts.of(manifest.input().rows(), "row"),
                    plan.readsAll()
                        ? "; all of it, source.where and source.splits are of source.path"
                        : "")));
    FoldedNorms norms = FoldedNorms.of(plan.evaluated().network());
    if (plan.how().folds() && norms.folded() > 0) {
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
}
