package io.millrace.recipe;

import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * How DL4J's own {@code fit} goes on with a network that an optimiser has trained.
 *
 * @param updater DL4J's updater nearest to the optimiser
 * @param factors for each vector of state that the updater has, the factor that makes it of the
 *     optimiser's vector of the same number
 */
public record Stock(IUpdater updater, List<Double> factors) {
  static Stock of(IUpdater updater, Double... factors) {
    return new Stock(updater, List.of(factors));
  }
}
