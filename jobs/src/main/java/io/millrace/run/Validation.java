package io.millrace.run;

import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.wire.WeightVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/** The evaluation after each epoch, on the split that the config names, if the set has it. */
final class Validation implements AutoCloseable {
  private final Optional<Evaluation> evaluation;
  private final Optional<ValidatedFeatures> features;

  private Validation(Optional<Evaluation> evaluation, Optional<ValidatedFeatures> features) {
    this.evaluation = evaluation;
    this.features = features;
  }

  /**
   * That of a stage.
   *
   * @param parameters of the whole network, as the stage begins or goes on
   */
  static Validation of(
      JavaSparkContext spark, TrainingSetup setup, Supplier<WeightVector> parameters) {
    var split = setup.config().evaluation().split();
    return new Validation(
        setup.data().rows(split) == 0
            ? Optional.empty()
            : Optional.of(Evaluation.of(spark, setup.evaluation(), setup.validated())),
        Optional.ofNullable(StageFeatures.validated(spark, setup, parameters)));
  }

  /** Whether there is something to validate on. */
  boolean isThere() {
    return evaluation.isPresent();
  }

  Optional<EvaluationReport> run(WeightVector parameters) {
    return features
        .filter(each -> each.serve(parameters))
        .map(each -> each.run(parameters))
        .or(() -> evaluation.map(each -> each.run(parameters)));
  }

  /** The same of several, by name; nothing where there is nothing to validate on. */
  Map<String, EvaluationReport> run(Map<String, WeightVector> parameters) {
    Map<String, EvaluationReport> reports = new LinkedHashMap<>();
    parameters.forEach(
        (name, weights) -> run(weights).ifPresent(report -> reports.put(name, report)));
    return reports;
  }

  @Override
  public void close() {
    features.ifPresent(ValidatedFeatures::close);
    evaluation.ifPresent(Evaluation::close);
  }
}
