package io.millrace.plan;

import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.recipe.OuterStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a config says of averaging, in words. */
final class AveragingWords {
  private AveragingWords() {}

  /** What workers send, what becomes of it, and how near to one process that is. */
  static String of(RunConfig config) {
    var averaging = config.averaging();
    var optimizer = config.optimizer();
    List<String> words = new ArrayList<>();
    words.add(
        "%s in %s"
            .formatted(
                ConfigWriter.words(averaging.exchange()),
                averaging.wire().name().toLowerCase(Locale.ROOT)));
    if (!averaging.stateLives() && optimizer.kind().stateVectors() > 0) {
      words.add("optimiser state zeroed each round");
    }
    OuterStep outer = averaging.outer().with(config.training().workers());
    if (outer.vectors() > 0) {
      String leaves = outer.keepsAverage() ? ", which leaves the average as it is" : "";
      words.add("outer step " + ConfigWriter.words(outer) + leaves);
    }
    averaging.shadows().forEach(each -> words.add("shadow " + ConfigWriter.words(each)));
    List<String> apart = averaging.apartFromOneProcess(optimizer, config.training().workers() == 1);
    return String.join(", ", words)
        + (apart.isEmpty()
            ? ""
            : "; averaged workers are close to one process, not equal to it: "
                + String.join(", ", apart));
  }
}
