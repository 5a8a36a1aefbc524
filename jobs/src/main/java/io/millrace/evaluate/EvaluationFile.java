package io.millrace.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.store.FileVersion;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result of {@code evaluate} as a file beside the model: {@code evaluation-<split>.json} of the
 * set that it was trained on, {@code evaluation-<split>-<set>-<fingerprint>.json} of another one;
 * of a model that is not called model.zip its name stands before. Its keys are the names here in
 * snake case. Lives on the driver.
 *
 * @param evaluatedAt when, UTC
 * @param model path of the model
 * @param run name of the run that made it; null if it does not say
 * @param network the network in words; null if it does not say
 * @param data path of the prepared data set
 * @param dataFingerprint its fingerprint
 * @param split the split, in lower case
 * @param examples examples evaluated
 * @param loss mean cross entropy on hard labels, in nats
 * @param top1 share of the examples whose class has the largest probability
 * @param top5 share of those whose class is among the first min(5, K)
 * @param classes class names in the order of the model's outputs
 * @param perClass of each class precision, recall, F1 and support
 * @param confused the classes most often taken for others
 * @param calibration whether it is as sure as it is right; null in a file of before
 * @param confusion examples by [true class][predicted class]
 * @param worst the wrong predictions of largest loss, worst first
 */
public record EvaluationFile(
    String evaluatedAt,
    String model,
    String run,
    String network,
    String data,
    String dataFingerprint,
    String split,
    long examples,
    double loss,
    double top1,
    double top5,
    List<String> classes,
    List<ClassQuality> perClass,
    List<ConfusedPair> confused,
    Calibration calibration,
    long[][] confusion,
    List<NamedMistake> worst) {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationFile.class);
  private static final String PREFIX = "evaluation-";
  private static final String OF_MODEL_ZIP = PREFIX + "(train|validation|test)(-.*)?\\.json";

  /** A file of before has no mistakes, and none of what its confusion tells. */
  public EvaluationFile {
    perClass = perClass == null ? List.of() : List.copyOf(perClass);
    confused = confused == null ? List.of() : List.copyOf(confused);
    worst = worst == null ? List.of() : List.copyOf(worst);
  }

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Writes the file, whole or not at all, and returns its path.
   *
   * @param data path of the prepared data set
   */
  public static String write(Configuration hadoop, String data, Evaluated evaluated)
      throws IOException {
    EvaluationReport report = evaluated.report();
    Path model = new Path(evaluated.model());
    if (!FileVersion.of(hadoop, model).equals(evaluated.version())) {
      throw new IllegalStateException(
          "Cannot write the evaluation of %s: it was replaced while it was evaluated (evaluate it again)"
              .formatted(model));
    }
    EvaluationFile file =
        new EvaluationFile(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            evaluated.model(),
            evaluated.card().map(card -> card.run().name()).orElse(null),
            evaluated.card().map(card -> card.run().network()).orElse(null),
            data,
            evaluated.data().fingerprint(),
            report.split().name().toLowerCase(Locale.ROOT),
            report.examples(),
            report.loss(),
            report.top1(),
            report.top5(),
            evaluated.classes(),
            ClassQuality.of(evaluated.classes(), report.confusion()),
            ConfusedPair.worst(evaluated.classes(), report.confusion()),
            report.calibration(),
            report.confusion(),
            NamedMistake.of(evaluated.data(), evaluated.classes(), report));
    RunFolder folder = RunFolder.existing(hadoop, model.getParent());
    String name = name(data, evaluated);
    folder.write(name, JSON.writeValueAsString(file) + "\n");
    return folder.path(name);
  }

  /**
   * The evaluations of a folder's model.zip, by name; one that cannot be understood is left out.
   */
  public static List<EvaluationFile> of(RunFolder folder) throws IOException {
    List<EvaluationFile> evaluations = new ArrayList<>();
    for (String name : folder.list("")) {
      if (name.matches(OF_MODEL_ZIP)) {
        try {
          EvaluationFile file =
              JSON.readValue(folder.text(name).orElse("{}"), EvaluationFile.class);
          if (file != null && file.complete()) {
            evaluations.add(file);
            continue;
          }
          LOG.warn("{} is no evaluation, the report leaves it out", folder.path(name));
        } catch (JsonProcessingException e) {
          LOG.warn("{} cannot be read, the report leaves it out", folder.path(name));
        }
      }
    }
    return evaluations;
  }

  private boolean complete() {
    return evaluatedAt != null
        && data != null
        && split != null
        && classes != null
        && confusion != null
        && confusion.length == classes.size()
        && Stream.of(confusion).allMatch(row -> row != null && row.length == confusion.length)
        && classes.stream().noneMatch(Objects::isNull)
        && worst.stream().noneMatch(each -> each.label() == null || each.predicted() == null);
  }

  /** Deletes the evaluations in a folder, whose model is about to be another. */
  public static void discard(RunFolder folder) throws IOException {
    for (String name : folder.list("")) {
      if (name.matches(OF_MODEL_ZIP)) {
        folder.delete(name);
      }
    }
  }

  private static String name(String data, Evaluated evaluated) {
    String model = new Path(evaluated.model()).getName();
    String split = evaluated.report().split().name().toLowerCase(Locale.ROOT);
    return (model.equals(RunFolder.MODEL) ? "" : model + ".")
        + PREFIX
        + split
        + (evaluated.ownSet() ? "" : set(data, evaluated.data().fingerprint()))
        + ".json";
  }

  /**
   * Sets at different places may have one name, so the start of the fingerprint tells them apart.
   */
  private static String set(String data, String fingerprint) {
    String name = new Path(data).getName().replaceAll("[^\\w.-]", "_");
    return "-" + name + "-" + fingerprint.substring(0, Math.min(8, fingerprint.length()));
  }
}
