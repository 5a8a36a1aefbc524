package io.millrace.evaluate;

import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.RowOrigin;
import io.millrace.dataset.RowOrigins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wrong prediction in names, and the row of the source that its image came from.
 *
 * @param label true class
 * @param predicted class of the largest probability
 * @param confidence that probability
 * @param loss cross entropy, in nats
 * @param file in the source; null if the set does not say
 * @param row in that file, from 0; null if the set does not say
 */
public record NamedMistake(
    String label, String predicted, double confidence, double loss, String file, Long row) {
  private static final Logger LOG = LoggerFactory.getLogger(NamedMistake.class);

  /**
   * The worst mistakes of an evaluation. Where their images come from is left out, with a word in
   * the log, if it cannot be read: no result is lost for that.
   *
   * @param classes class names in the order of the outputs
   */
  public static List<NamedMistake> of(
      PreparedDataset data, List<String> classes, EvaluationReport report) {
    List<Optional<RowOrigin>> origins = origins(data, report);
    List<NamedMistake> named = new ArrayList<>();
    for (int i = 0; i < origins.size(); i++) {
      Mistake mistake = report.worst().get(i);
      named.add(
          new NamedMistake(
              classes.get(mistake.label()),
              classes.get(mistake.predicted()),
              mistake.confidence(),
              mistake.loss(),
              origins.get(i).map(RowOrigin::file).orElse(null),
              origins.get(i).map(RowOrigin::row).orElse(null)));
    }
    return named;
  }

  private static List<Optional<RowOrigin>> origins(PreparedDataset data, EvaluationReport report) {
    RowOrigins origins = new RowOrigins(data, report.split());
    List<Optional<RowOrigin>> found = new ArrayList<>();
    try {
      for (Mistake mistake : report.worst()) {
        found.add(origins.of(mistake.block(), mistake.row()));
      }
      return found;
    } catch (IOException e) {
      LOG.warn("The files of mistakes are not named: {}", e.getMessage());
      return Collections.nCopies(report.worst().size(), Optional.empty());
    }
  }
}
