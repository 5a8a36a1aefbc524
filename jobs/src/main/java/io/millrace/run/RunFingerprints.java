package io.millrace.run;

import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.ConfigWriter;
import io.millrace.epoch.EpochShape;
import io.millrace.exchange.Every;
import io.millrace.metrics.Secrets;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/** What a run belongs to, from named values that no wording can change. */
final class RunFingerprints {
  private RunFingerprints() {}

  static Fingerprints of(TrainingSetup setup) {
    return new Fingerprints(
        DigestUtils.sha256Hex(plan(setup)),
        setup.data().fingerprint(),
        DigestUtils.sha256Hex(setup.network().configuration().toJson()),
        setup.teacher().map(TeacherModel::sha256).orElse(null),
        setup.data().manifest().origin().table().map(Secrets::hidden).orElse(null));
  }

  /**
   * Who trains which example when, and at what rate: what the keys that decide come to on this
   * data. The keys themselves are compared one by one; this tells a version that works out another
   * plan from the same keys.
   */
  private static String plan(TrainingSetup setup) {
    var shape = setup.shape();
    var rate = setup.rate();
    String stage = stage(setup.stage());
    return String.join(
        " ",
        "examples=" + shape.rows(),
        "workers=" + shape.workers(),
        "batchPerWorker=" + shape.batchPerWorker() + shares(shape),
        "every=" + every(setup.config().averaging().every()),
        "window=" + setup.config().shuffle().window(),
        "updates=" + rate.course().updates(),
        "warmupUpdates=" + rate.course().warmup(),
        "peak=" + rate.course().peak(),
        "schedule=" + ConfigWriter.words(rate.schedule()) + stage);
  }

  /** What a stage trains; nothing for a run without stages. */
  private static String stage(RunStage stage) {
    return stage.run().stages().isEmpty()
        ? ""
        : " stage=%d frozen=%s rates=%s since=%s"
            .formatted(
                stage.index(),
                new TreeSet<>(stage.tuning().frozen()),
                new TreeMap<>(stage.tuning().rates()),
                new TreeMap<>(stage.tuning().since()));
  }

  /** Nothing for a share a worker, as it was before there were more. */
  private static String shares(EpochShape shape) {
    return shape.shares() == shape.workers() ? "" : " shares=" + shape.shares();
  }

  private static String every(Every every) {
    return every.always().isPresent()
        ? String.valueOf(every.always().getAsInt())
        : ConfigWriter.words(every);
  }
}
