package io.millrace.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result of {@code evaluate} as {@code evaluation-<split>.json} beside the model. Its keys are
 * the names here in snake case. Lives on the driver.
 *
 * @param evaluatedAt when, UTC
 * @param model path of the model
 * @param data path of the prepared data set
 * @param dataFingerprint its fingerprint
 * @param split the split, in lower case
 * @param examples examples evaluated
 * @param loss mean cross entropy on hard labels, in nats
 * @param top1 share of the examples whose class has the largest probability
 * @param top5 share of those whose class is among the first min(5, K)
 * @param classes class names in order
 * @param confusion examples by [true class][predicted class]
 */
public record EvaluationFile(
    String evaluatedAt,
    String model,
    String data,
    String dataFingerprint,
    String split,
    long examples,
    double loss,
    double top1,
    double top5,
    List<String> classes,
    long[][] confusion) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Writes the file, whole or not at all, and returns its path. */
  public static String write(
      Configuration hadoop, RunConfig config, String model, EvaluationReport report)
      throws IOException {
    PreparedDataset data = PreparedDataset.open(config.dataset().path(), hadoop);
    EvaluationFile file =
        new EvaluationFile(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            model,
            config.dataset().path(),
            data.fingerprint(),
            report.split().name().toLowerCase(Locale.ROOT),
            report.examples(),
            report.loss(),
            report.top1(),
            report.top5(),
            data.classes(),
            report.confusion());
    RunFolder folder = RunFolder.existing(hadoop, new Path(model).getParent());
    String name = name(report.split());
    try {
      folder.write(name, JSON.writeValueAsString(file) + "\n");
    } catch (IOException e) {
      throw new IOException("Cannot write %s: %s".formatted(folder.path(name), e.getMessage()), e);
    }
    return folder.path(name);
  }

  /** Deletes the evaluations in a folder, whose model is about to be another. */
  public static void discard(RunFolder folder) throws IOException {
    for (Split split : Split.values()) {
      folder.delete(name(split));
    }
  }

  private static String name(Split split) {
    return "evaluation-" + split.name().toLowerCase(Locale.ROOT) + ".json";
  }
}
