package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.report.FilterPictures;
import io.millrace.report.Thumbnail;
import io.millrace.report.Thumbnails;
import io.millrace.sink.SinkRun;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a run shows its sinks beyond figures. Lives on the driver.
 *
 * @param setup of its first stage
 * @param found what diagnostics found in all epochs
 */
record RunShown(TrainingSetup setup, Supplier<List<DiagnosedEpoch>> found)
    implements SinkRun.Shown {
  private static final int PICTURES = 25;

  @Override
  public List<DiagnosedEpoch> diagnosed() {
    return found.get();
  }

  @Override
  public List<byte[]> examples() throws IOException {
    RunConfig config = setup.config();
    return png(
        Thumbnails.augmented(
            setup.data(), config.input(), config.augment(), config.seed(), PICTURES));
  }

  @Override
  public List<byte[]> filters(WeightVector weights) throws IOException {
    var network = setup.network();
    return png(FilterPictures.of(network.configuration(), network.layout(), weights));
  }

  private static List<byte[]> png(List<Thumbnail> pictures) {
    return pictures.stream().map(Thumbnail::png).toList();
  }
}
