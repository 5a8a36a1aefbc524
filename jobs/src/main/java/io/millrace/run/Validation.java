package io.millrace.run;

import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.training.MasterWeights;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** The evaluation after each epoch, on the split that the config names, if the set has it. */
final class Validation implements AutoCloseable {
  private final Optional<Evaluation> evaluation;

  private Validation(Optional<Evaluation> evaluation) {
    this.evaluation = evaluation;
  }

  static Validation of(JavaSparkContext spark, TrainingSetup setup) {
    var split = setup.config().evaluation().split();
    return new Validation(
        setup.data().rows(split) == 0
            ? Optional.empty()
            : Optional.of(
                Evaluation.of(spark, setup.evaluation(), setup.data(), split, setup.evaluated())));
  }

  Optional<EvaluationReport> run(MasterWeights weights) {
    return evaluation.map(each -> each.run(weights.parameters()));
  }

  @Override
  public void close() {
    evaluation.ifPresent(Evaluation::close);
  }
}
