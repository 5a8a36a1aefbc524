package io.millrace.run;

import java.util.Arrays;
import java.util.Optional;

/** What of a resumed run may differ from what the checkpoint was trained with, by name. */
public enum Accept {
  /** Other libraries, instructions or threads, which give other bits. */
  COMPUTE("compute"),
  /** Other learning rates in the updates to come. */
  LEARNING_RATE("learningRate"),
  /** Another division into workers and minibatches. */
  BATCH("batch"),
  /** Other epochs that go without mixing. */
  MIXING("mixing"),
  /** Rounds, or means of weights, that follow the length of the run. */
  AVERAGING("averaging");

  private final String word;

  Accept(String word) {
    this.word = word;
  }

  /** The one of a word; empty for none. */
  public static Optional<Accept> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  @Override
  public String toString() {
    return word;
  }
}
