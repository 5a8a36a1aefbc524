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
 * @param validated the last validation; empty without a validation split
 */
public record TrainReport(
    String report, List<EpochMetrics> epochs, Optional<EvaluationReport> validated) {}
