package io.millrace.formats;

import io.millrace.model.ModelCard;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Weights by name in a file of some format. What opens one reads none of them. */
public interface WeightFile {
  /** Takes an array, the last axis fastest. */
  @FunctionalInterface
  interface Taker {
    /** Takes it; the array is the taker's. */
    void take(String name, float[] values) throws IOException;
  }

  /** The shapes of the arrays of weights by name. */
  Map<String, List<Long>> shapes();

  /**
   * Hands over arrays one by one, in an order of the file's own.
   *
   * @throws IOException in one line if the file cannot be read, or one of them is not in it
   */
  void read(Collection<String> names, Taker taker) throws IOException;

  /** What the model says of itself, its classes among it, where it does. */
  Optional<ModelCard> card();

  /** The network that they are the weights of, where the file says so. */
  default Optional<ComputationGraphConfiguration> network() {
    return Optional.empty();
  }

  /** How many counters of batch norms the file holds, which nothing of ours asks for. */
  default int counters() {
    return 0;
  }

  /** The format in words. */
  String format();
}
