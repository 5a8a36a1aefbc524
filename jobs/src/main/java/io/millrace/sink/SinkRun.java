package io.millrace.sink;

import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.RunManifest;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as a sink sees it.
 *
 * @param name of the run
 * @param folder of the run
 * @param resumed whether it goes on from a checkpoint of its own
 * @param settings all keys of its config by their dotted paths
 * @param manifest what it was made with
 * @param epochs those that were done before
 * @param shown what it shows beyond figures
 */
public record SinkRun(
    String name,
    RunFolder folder,
    boolean resumed,
    Map<String, String> settings,
    RunManifest manifest,
    List<EpochMetrics> epochs,
    Shown shown) {
  /** Copies the epochs. */
  public SinkRun {
    epochs = List.copyOf(epochs);
  }

  /** Updates that were done when the last of the epochs ended. */
  long updates() {
    return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).updates();
  }

  /** What a run shows beyond figures. */
  public interface Shown {
    /** What diagnostics found in all epochs, the newest last. */
    List<DiagnosedEpoch> diagnosed();

    /** Images as the network sees them, as PNG. */
    List<byte[]> examples() throws IOException;

    /** The filters of the first convolution under these weights, as PNG. */
    List<byte[]> filters(WeightVector weights) throws IOException;

    /** What diagnostics found in an epoch, if they looked at it. */
    default Optional<DiagnosedEpoch> diagnosed(int epoch) {
      return diagnosed().stream().filter(each -> each.epoch() == epoch).findFirst();
    }
  }
}
