package io.millrace.state;

/** Something that is remembered from round to round, and lies in the checkpoint under its name. */
public interface Remembered {
  /** Its name: lower case, words joined by -. */
  String name();

  /** What is remembered now. Vectors are shared, and stay as they are. */
  Memory save();

  /** Whether its vectors are weights, so that they are those of the network where it is frozen. */
  default boolean followsWeights() {
    return false;
  }

  /**
   * Goes on from what {@link #save} gave.
   *
   * @throws IllegalArgumentException for what is not its own
   */
  void restore(Memory memory);
}
