package io.millrace.sink;

import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.epoch.FeedReport;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.RunManifest;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.training.RoundReport;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Made-up runs to tell a sink of. */
final class SinkRuns {
  private SinkRuns() {}

  /** A run of these settings that goes on behind these epochs. */
  static SinkRun of(
      RunFolder folder, boolean resumed, Map<String, String> settings, List<EpochMetrics> epochs) {
    RunManifest manifest =
        new RunManifest(
            "2026-01-31T12:30:09Z",
            "train --config run.yaml",
            1,
            "28 x 28",
            List.of(),
            Map.of("git_revision", "0123abc"),
            Map.of(),
            Map.of("data", "f00d"));
    return new SinkRun("night", folder, resumed, settings, manifest, epochs, new Pictured());
  }

  /** A round of one update that trained 8 images with a loss of 2 in half a second. */
  static RoundReport round(long update) {
    Measures measures = new Measures().add(RoundReport.LOSS, 16, 8).add(RoundReport.WALL, 0.5e9, 0);
    return new RoundReport(0, update - 1, 1, 0.1, 0.1, new FeedReport(8, 0, 0, measures));
  }

  /** An epoch with these figures. */
  static EndedEpoch epoch(EpochMetrics metrics) {
    WeightVector weights = WeightVector.zeros(4);
    RunState state = new RunState(weights, weights, metrics.updates(), metrics.epoch());
    return new EndedEpoch(metrics, state, null, Optional.empty());
  }

  /** That an epoch starts behind so many updates of it; none at its beginning. */
  static Tally done(int rounds, long update) {
    return new Tally(rounds, update, 0.1, 0.1, 0, 0, 0, new Measures());
  }

  private static final class Pictured implements SinkRun.Shown {
    @Override
    public List<DiagnosedEpoch> diagnosed() {
      Map<String, Double> bins = new TreeMap<>(Map.of("-2^-2", 3.0, "0", 1.0, "2^-1", 6.0));
      Map<String, Map<String, Map<String, Double>>> figures =
          Map.of(
              "weight-histogram", Map.of("stem.W", bins),
              "gradient-norm", Map.of("stem.W", Map.of("norm", 0.5)));
      return List.of(new DiagnosedEpoch(1, 3, 0, 0, 0, figures, Map.of(), List.of()));
    }

    @Override
    public List<byte[]> examples() throws IOException {
      return List.of(png(), png(), png());
    }

    @Override
    public List<byte[]> filters(WeightVector weights) throws IOException {
      return Collections.nCopies(5, png());
    }

    private static byte[] png() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    }
  }
}
