package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ChoiceSamples;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schedule that a config may name keeps to. */
class ScheduleContractTest {
  private static final List<Course> COURSES =
      List.of(
          new Course(0.8, 0, 1, 1),
          new Course(0.8, 5, 5, 1),
          new Course(0.8, 7, 100, 13),
          new Course(0.1, 100, 1_000, 500),
          new Course(0.1, 0, 100, 13),
          new Course(1e30, 0, 1L << 40, 1L << 33),
          new Course(1e-30, 0, 90L * 5_000, 5_000),
          new Course(1e30, 1, 90L * 5_000, 5_000));

  static List<Schedule> schedules() {
    return ChoiceSamples.of(Schedule.class);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void staysBetweenZeroAndThePeakAlsoPastTheEnd(Schedule schedule) {
    List<Course> accepted = COURSES.stream().filter(course -> accepts(schedule, course)).toList();
    assertThat(accepted).hasSizeGreaterThan(2);
    for (Course course : accepted) {
      for (long update : updates(course)) {
        assertThat(schedule.rate(course, update))
            .as("%s, update %d of %s", schedule, update, course)
            .isBetween(0.0, course.peak() * (1 + 1e-12));
      }
    }
  }

  private static boolean accepts(Schedule schedule, Course course) {
    try {
      schedule.check(course);
      return true;
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("Invalid learningRate.").contains(" (must ");
      return false;
    }
  }

  private static long[] updates(Course course) {
    long end = course.length();
    return new long[] {0, 1, end / 3, end / 2, end - 1, end, end + 1, 1_000 * end, 1L << 40};
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void isAPureFunctionOfTheUpdate(Schedule schedule) {
    Course course = COURSES.get(2);
    double[] upwards = new double[100];
    for (int update = 0; update < 100; update++) {
      upwards[update] = schedule.rate(course, update);
    }
    for (int update = 99; update >= 0; update--) {
      assertThat(schedule.rate(course, update)).isEqualTo(upwards[update]);
    }
  }

  /** Twice the peak is twice the rate: nothing in a schedule knows a rate of its own. */
  @ParameterizedTest
  @MethodSource("schedules")
  void growsWithThePeak(Schedule schedule) {
    for (long update = 0; update < 93; update++) {
      double once = schedule.rate(new Course(0.5, 7, 100, 13), update);
      double twice = schedule.rate(new Course(1, 7, 100, 13), update);
      assertThat(twice).isCloseTo(2 * once, org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void hasWords(Schedule schedule) {
    assertThat(schedule.words(COURSES.get(2))).isNotBlank();
  }
}
