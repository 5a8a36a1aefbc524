package io.millrace.evaluate;

import io.millrace.dataset.PreparedDataset;
import io.millrace.model.ModelCard;
import io.millrace.store.FileVersion;
import java.util.List;
import java.util.Optional;

/**
 * A model and how well it did on a data set.
 *
 * @param model path of the model
 * @param version of its file, as it was read
 * @param card what the model says of itself
 * @param classes class names in the order of the report's confusion
 * @param data the data set
 * @param report how well it did
 * @param answers on each example
 */
public record Evaluated(
    String model,
    FileVersion version,
    Optional<ModelCard> card,
    List<String> classes,
    PreparedDataset data,
    EvaluationReport report,
    Answers answers) {

  /** Whether the model was trained on this very set; a model without a card does not tell. */
  boolean ownSet() {
    return card.map(said -> data.fingerprint().equals(said.run().fingerprints().get("data")))
        .orElse(false);
  }
}
