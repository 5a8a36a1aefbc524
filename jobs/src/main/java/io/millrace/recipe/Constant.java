package io.millrace.recipe;

import io.millrace.settings.Named;

/** The same rate at every update: {@code rate(t) = peak}. */
@Named(value = "constant", doc = "The peak rate to the end.")
public record Constant() implements Schedule {
  @Override
  public double rate(Course course, long update) {
    return course.peak();
  }

  @Override
  public String words(Course course) {
    return "constant at " + Schedule.text(course.peak());
  }
}
