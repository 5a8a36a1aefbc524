package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A rate that is multiplied by gamma at given epochs: {@code rate(t) = peak * gamma^(number of
 * milestones <= t)}. With peak 0.8, milestones at updates 3 and 8 and gamma 0.1, updates 3 to 7
 * have rate 0.08.
 *
 * @param stepEpochs milestones in epochs from the start of training, warm-up included
 * @param gamma factor of one step
 */
@Named(value = "multi-step", doc = "The rate times gamma at each of stepEpochs.")
public record MultiStep(
    @Key(doc = "Epochs, counted from the start of training, at which the rate falls.")
        List<Double> stepEpochs,
    @Key(doc = "Factor of one fall.", value = "0.1", min = 0, above = true) double gamma)
    implements Schedule {
  /** Checks the epochs. */
  public MultiStep {
    stepEpochs = List.copyOf(stepEpochs);
    boolean ascending =
        stepEpochs.stream().allMatch(epoch -> epoch > 0)
            && stepEpochs.equals(stepEpochs.stream().sorted().distinct().toList());
    if (!ascending || stepEpochs.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid stepEpochs: " + stepEpochs + " (must be ascending epochs > 0, one or more)");
    }
  }

  @Override
  public double rate(Course course, long update) {
    double rate = course.peak();
    for (double epochs : stepEpochs) {
      if (update + course.warmup() >= course.updates(epochs)) {
        rate *= gamma;
      }
    }
    return rate;
  }

  @Override
  public boolean hasSteps() {
    return true;
  }

  @Override
  public void check(Course course) {
    long last = course.warmup() - 1;
    for (double epochs : stepEpochs) {
      if (course.updates(epochs) <= last) {
        throw new IllegalArgumentException(
            "Invalid learningRate.stepEpochs: %s (must rise, by an update at least, and lie after the"
                    .formatted(stepEpochs)
                + " warm-up of %d updates)".formatted(course.warmup()));
      }
      last = course.updates(epochs);
    }
  }

  @Override
  public String words(Course course) {
    long beyond =
        stepEpochs.stream().filter(epochs -> course.updates(epochs) >= course.updates()).count();
    return "%s, times %s after updates %s%s"
        .formatted(
            Schedule.text(course.peak()),
            Schedule.text(gamma),
            stepEpochs.stream()
                .map(epochs -> String.valueOf(course.updates(epochs)))
                .collect(Collectors.joining(", ")),
            beyond == 0 ? "" : ", %d of which the run does not reach".formatted(beyond));
  }
}
