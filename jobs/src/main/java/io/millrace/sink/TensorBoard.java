package io.millrace.sink;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Event files for TensorBoard in the run's folder: {@code tensorboard --logdir <run>/tensorboard}.
 */
@Named(
    value = "tensorboard",
    doc =
        "Event files for TensorBoard in the folder tensorboard of the run: its figures by update,"
            + " diagnostics by layer, histograms, pictures of filters and examples.")
public record TensorBoard(
    @Key(
            doc =
                "Seconds of an epoch after which its rounds so far are written, a file each time.",
            value = "60",
            min = 1)
        int everySeconds)
    implements Sink {
  @Override
  public OpenSink open(SinkRun run) {
    return new EventFiles(run, everySeconds, System::nanoTime);
  }
}
