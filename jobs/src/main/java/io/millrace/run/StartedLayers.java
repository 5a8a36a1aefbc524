package io.millrace.run;

import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The layers whose weights did not come from the file that a run began with. It is all that a run
 * of stages has to know of that file once it has a checkpoint: a run that goes on does not need it
 * any more. Lives on the driver.
 *
 * @param vertices their names
 */
record StartedLayers(Set<String> vertices) implements Remembered {
  private static final String NAME = "init";

  /** Copies the set. */
  StartedLayers {
    vertices = Set.copyOf(vertices);
  }

  /**
   * Those of the run that goes on; none where it starts anew, or a checkpoint of before they were
   * remembered leaves it to the file.
   */
  static Optional<StartedLayers> of(Start start, RunConfig config, Configuration hadoop)
      throws IOException {
    if (!(start instanceof Start.From from) || config.init().pretrained().isEmpty()) {
      return Optional.empty();
    }
    Optional<CheckpointStore.Glance> glance =
        from.from().equals("auto")
            ? new CheckpointStore(folder(config, hadoop), 1, false).glance()
            : CheckpointStore.glance(hadoop, from.from());
    return glance
        .filter(CheckpointStore.Glance::hasCard)
        .flatMap(
            each ->
                each.figures().containsKey(NAME)
                    ? Optional.of(new StartedLayers(each.figures().get(NAME).keySet()))
                    : config.stages().isEmpty()
                        ? Optional.of(new StartedLayers(Set.of())) // nobody asks
                        : Optional.empty());
  }

  /** Looked at, and not made. */
  private static RunFolder folder(RunConfig config, Configuration hadoop) throws IOException {
    return RunFolder.existing(hadoop, new Path(config.output(), config.name()));
  }

  /** Those of a run of stages that begins with a file; none of another, where nobody asks. */
  static Optional<StartedLayers> of(CanonicalNetwork first, Configuration hadoop)
      throws IOException {
    return first.config().init().pretrained().isEmpty()
        ? Optional.empty()
        : Optional.of(new StartedLayers(first.started(hadoop)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Memory save() {
    TreeMap<String, Double> figures = new TreeMap<>();
    vertices.forEach(each -> figures.put(each, 1.0));
    return Memory.of(figures);
  }

  @Override
  public void restore(Memory memory) {
    throw new UnsupportedOperationException("Cannot change what a run began with");
  }
}
