package io.millrace.report;

import io.millrace.dataset.DatasetManifest;
import io.millrace.evaluate.Calibration;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.NamedMistake;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.RunManifest;
import java.util.List;
import java.util.Optional;

/**
 * All that the report of a run shows.
 *
 * @param name name of the run
 * @param job what ran, and when
 * @param course what its epochs did
 * @param diagnosed what diagnostics found
 * @param validated the last validation of the weights that are kept
 * @param data manifest of the prepared set
 * @param augmented training images as the network saw them
 * @param texts what is shown as it is
 * @param evaluations results of {@code evaluate} for its model
 */
public record ReportData(
    String name,
    Job job,
    Course course,
    Diagnosed diagnosed,
    Validated validated,
    DatasetManifest data,
    List<Thumbnail> augmented,
    Texts texts,
    List<EvaluationFile> evaluations) {

  /**
   * What ran, and when.
   *
   * @param manifest versions, command and fingerprints
   * @param endedAt when the report was written, UTC in ISO 8601
   * @param resumedAfter the epoch that it went on after; 0 for a run that started anew
   * @param setbacks its roll-backs, in words; empty without any
   * @param goesOn whether there is more to come: the page loads itself anew
   */
  public record Job(
      RunManifest manifest, String endedAt, int resumedAfter, String setbacks, boolean goesOn) {
    /** Of a run that is over, and never rolled back. */
    public Job(RunManifest manifest, String endedAt, int resumedAfter) {
      this(manifest, endedAt, resumedAfter, "", false);
    }
  }

  /**
   * What the epochs did.
   *
   * @param workers workers that trained
   * @param epochs metrics of the epochs
   * @param planned epochs of the whole run
   * @param modelEpoch the epoch whose weights model.zip holds, and whose confusion is shown; 0
   *     while there is no model
   */
  public record Course(int workers, List<EpochMetrics> epochs, int planned, int modelEpoch) {
    private static final String SHADOW = "shadows.";
    private static final String TOP1 = "_top1";

    /** The epoch whose weights model.zip holds; none while there is no model. */
    Optional<EpochMetrics> ofModel() {
      return epochs.stream().filter(each -> each.epoch() == modelEpoch).findFirst();
    }

    /** The means of weights that were evaluated beside the network, by name. */
    List<String> shadows() {
      return epochs.stream()
          .flatMap(epoch -> epoch.figures().keySet().stream())
          .filter(name -> name.startsWith(SHADOW) && name.endsWith(TOP1))
          .map(name -> name.substring(SHADOW.length(), name.length() - TOP1.length()))
          .distinct()
          .sorted()
          .toList();
    }
  }

  /**
   * The validation.
   *
   * @param split split behind the validation numbers and the confusion matrix
   * @param confusion examples by [true class][predicted class]; empty if nothing was evaluated
   * @param calibration whether the network is as sure as it is right; null if nothing was
   * @param worst the wrong predictions of largest loss
   * @param pictures images of the first of them
   */
  public record Validated(
      String split,
      long[][] confusion,
      Calibration calibration,
      List<NamedMistake> worst,
      List<Thumbnail> pictures) {
    /** Nothing was evaluated on that split. */
    public static Validated nothing(String split) {
      return new Validated(split, new long[0][], null, List.of(), List.of());
    }
  }

  /**
   * Texts.
   *
   * @param plan of the run
   * @param config resolved config as YAML
   */
  public record Texts(String plan, String config) {}

  /** Whether a teacher's loss is part of the one that was trained on. */
  boolean isTaught() {
    return job.manifest().fingerprints().containsKey("teacher");
  }

  /** Below six classes every class is among the first five. */
  boolean tellsTop5() {
    return data.classes().size() > 5
        && course.epochs().stream().anyMatch(e -> Double.isFinite(e.valTop5()));
  }
}
