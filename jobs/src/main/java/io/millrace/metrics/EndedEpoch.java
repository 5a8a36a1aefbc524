package io.millrace.metrics;

import io.millrace.backend.Compute;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.state.RunState;
import java.util.Optional;

/**
 * What an epoch has come to.
 *
 * @param metrics its figures
 * @param state all that is remembered; to be kept no longer than it is needed, as it holds the
 *     weights
 * @param compute what the workers computed with
 * @param validated the evaluation of its weights, if there is a split for that
 */
public record EndedEpoch(
    EpochMetrics metrics, RunState state, Compute compute, Optional<EvaluationReport> validated) {}
