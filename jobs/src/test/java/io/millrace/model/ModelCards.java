package io.millrace.model;

import java.util.List;
import java.util.Map;

/** Cards for tests. */
public final class ModelCards {
  private ModelCards() {}

  /** A card of a network with these classes that sees grey images of 8 x 8. */
  public static ModelCard card(String... classes) {
    return card(List.of(classes), new float[] {0.286f}, new float[] {0.353f});
  }

  /** A card with that normalisation. */
  public static ModelCard card(List<String> classes, float[] mean, float[] deviation) {
    return ModelCard.of(
        new ModelCard.Run("nightly", "cifar-resnet of depth 8", Map.of("plan", "p", "data", "f")),
        classes,
        ModelInput.of(new ImageShape(8, 8, mean.length), mean, deviation, 0.875),
        Map.of("millrace", "0.1.0"));
  }
}
