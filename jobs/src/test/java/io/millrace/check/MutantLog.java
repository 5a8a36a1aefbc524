package io.millrace.check;

import java.time.Duration;
import java.util.Properties;
import org.pitest.mutationtest.ClassMutationResults;
import org.pitest.mutationtest.ListenerArguments;
import org.pitest.mutationtest.MutationResult;
import org.pitest.mutationtest.MutationResultListener;
import org.pitest.mutationtest.MutationResultListenerFactory;
import org.pitest.mutationtest.engine.MutationDetails;

/** Counts mutants as they are killed or survive, and says after each class how far it is. */
final class MutantLog implements MutationResultListenerFactory, MutationResultListener {
  static final String NAME = "millrace";

  private final CheckReport report;
  private final EquivalentMutants equivalent;
  private final int classes;
  private long began = System.nanoTime();
  private int done;

  /**
   * A log.
   *
   * @param classes how many classes there may be results of
   */
  MutantLog(CheckReport report, EquivalentMutants equivalent, int classes) {
    this.report = report;
    this.equivalent = equivalent;
    this.classes = classes;
  }

  @Override
  public MutationResultListener getListener(Properties properties, ListenerArguments arguments) {
    return this;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "counts for deploy/check";
  }

  @Override
  public void runStart() {
    report.say("tests pass without mutants after " + words(System.nanoTime() - began));
    began = System.nanoTime();
  }

  @Override
  public void handleMutationResult(ClassMutationResults results) {
    int killed = 0;
    for (MutationResult result : results.getMutations()) {
      if (result.getStatus().isDetected()) {
        killed++;
        report.pass();
      } else if (equivalent.matches(mutant(result.getDetails()))) {
        report.say("equivalent " + words(result));
      } else {
        report.fail(words(result));
      }
    }
    done++;
    long passed = System.nanoTime() - began;
    report.say(
        "%s: %d of %d killed; class %d of %d at most, %s passed, %s left at most"
            .formatted(
                results.getMutatedClass().asJavaName(),
                killed,
                results.getMutations().size(),
                done,
                classes,
                words(passed),
                words(passed / done * (classes - done))));
  }

  @Override
  public void runEnd() {}

  private static EquivalentMutants.Mutant mutant(MutationDetails details) {
    return new EquivalentMutants.Mutant(
        details.getClassName().asJavaName(), details.getMethod(), details.getDescription());
  }

  private static String words(MutationResult result) {
    MutationDetails details = result.getDetails();
    return "%s, line %d, %s: %s (%s)"
        .formatted(
            details.getClassName().asJavaName(),
            details.getLineNumber(),
            details.getMethod(),
            details.getDescription(),
            result.getStatus().hasCoverage() ? "survives" : "no test reaches it");
  }

  private static String words(long nanos) {
    Duration passed = Duration.ofNanos(nanos);
    return "%d:%02d min".formatted(passed.toMinutes(), passed.toSecondsPart());
  }
}
