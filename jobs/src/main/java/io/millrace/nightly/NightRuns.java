package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.formats.WeightFiles;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.model.ModelCard;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The training runs of nights, as the line's config says. Lives on the driver.
 *
 * @param line the line
 * @param file its config
 */
record NightRuns(LineFolder line, LineFile file, Configuration hadoop) {
  /** The run of a night, on the set of that or of another one. */
  RunConfig of(LocalDate set, Night night) throws IOException {
    boolean grows = grows(night);
    RunConfig run = file.training(set, line, night.start(), grows);
    if (grows) {
      requireSameNetwork(night, run);
    }
    return run;
  }

  /** Only its head may be another where there are new classes: nothing else starts anew unsaid. */
  private void requireSameNetwork(Night night, RunConfig run) throws IOException {
    String theirs =
        WeightFiles.open(hadoop, night.start().model()).card().orElseThrow().run().network();
    if (!theirs.equals(run.model().words())) {
      throw new IllegalArgumentException(
          "Cannot train from %s: it is %s, and the config says %s (set model back, or start anew: line.from: base)"
              .formatted(night.start().words(), theirs, run.model().words()));
    }
  }

  /** Whether a night has classes that what it starts from does not know. */
  private boolean grows(Night night) throws IOException {
    String model = night.start().model();
    Optional<ModelCard> card =
        model == null ? Optional.empty() : WeightFiles.open(hadoop, model).card();
    List<String> classes = PreparedDataset.open(line.setPath(night.date()), hadoop).classes();
    return card.isPresent() && !card.get().classes().containsAll(classes);
  }
}
