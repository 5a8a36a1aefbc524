package io.millrace.run;

import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.EpochMetrics;
import java.util.List;
import java.util.Optional;

/**
 * What a training run came to.
 *
 * @param report path of report.html
 * @param epochs metrics of all its epochs
 * @param model path of model.zip
 * @param modelIs which epoch's weights it holds, for people
 * @param validated the validation of those weights; empty without a validation split
 */
public record TrainReport(
    String report,
    List<EpochMetrics> epochs,
    String model,
    String modelIs,
    Optional<EvaluationReport> validated) {}
