package io.millrace.predict;

/**
 * What is asked of a prediction.
 *
 * @param model Hadoop path of the model
 * @param input path of the images; null for the config's source
 * @param output folder of the predictions
 * @param top classes of an image, the most probable ones; null for 5, or all where there are fewer
 * @param layer whose output is written too; null for none
 * @param overwrite whether predictions that are there already are lost
 */
public record PredictRequest(
    String model, String input, String output, Integer top, String layer, boolean overwrite) {
  private static final int USUAL = 5;

  /** Checks the count. */
  public PredictRequest {
    if (top != null && top < 1) {
      throw new IllegalArgumentException("Invalid --top: %d (must be >= 1)".formatted(top));
    }
  }

  /**
   * How many classes a row has.
   *
   * @param classes of the model
   * @throws IllegalArgumentException if more are asked for
   */
  int top(int classes) {
    if (top != null && top > classes) {
      throw new IllegalArgumentException(
          "Invalid --top: %d (must be <= %d, the classes of the model)".formatted(top, classes));
    }
    return top == null ? Math.min(USUAL, classes) : top;
  }
}
