package io.millrace.run;

import io.millrace.checkpoint.Fingerprints;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a run belongs to, from named values that no wording can change. */
final class RunFingerprints {
  private RunFingerprints() {}

  static Fingerprints of(TrainingSetup setup) {
    return new Fingerprints(
        sha256(plan(setup)),
        setup.data().fingerprint(),
        sha256(setup.network().configuration().toJson()));
  }

  /** Who trains which example when, and at what rate. */
  private static String plan(TrainingSetup setup) {
    var shape = setup.shape();
    var rate = setup.rate();
    var learning = setup.config().learningRate();
    return String.join(
        " ",
        "examples=" + shape.rows(),
        "workers=" + shape.workers(),
        "batchPerWorker=" + shape.batchPerWorker(),
        "every=" + shape.every(),
        "window=" + setup.config().shuffle().window(),
        "updates=" + rate.updates(),
        "warmupUpdates=" + rate.warmupUpdates(),
        "peak=" + rate.peak(),
        "schedule=" + learning.schedule().name(),
        "minRate=" + learning.minRate(),
        "stepEpochs=" + learning.stepEpochs(),
        "gamma=" + learning.gamma());
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
