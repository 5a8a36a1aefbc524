package io.millrace.line;

/**
 * A model in production.
 *
 * @param night the night that made it
 * @param model its path, relative to the line's folder
 * @param sha256 of that file
 * @param since when it came to its place, UTC, for people
 * @param how by what
 * @param why in words
 */
public record Champion(
    String night, String model, String sha256, String since, How how, String why) {
  /** How a model comes to be the champion. */
  public enum How {
    PROMOTED,
    ROLLED_BACK
  }

  /** The same model, put back in its place. */
  Champion again(String now, String reason) {
    return new Champion(night, model, sha256, now, How.ROLLED_BACK, reason);
  }
}
