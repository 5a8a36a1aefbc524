package io.millrace.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A moment of a run by its progress: some time after so many of its Spark jobs have ended.
 *
 * @param jobs that have ended; 0 counts from the start of the application
 * @param millis since then
 */
record Moment(int jobs, long millis) {
  private static final long MOST_MILLIS = 2000;

  /**
   * A moment between start and end of an undisturbed run, each as likely; but what lies between two
   * jobs counts for no more than two seconds, as half of the time is that of starting.
   */
  static Moment draw(Random random, EventLog undisturbed) throws IOException {
    List<Long> marks = new ArrayList<>(List.of(undisturbed.start()));
    marks.addAll(undisturbed.jobEnds());
    marks.add(undisturbed.end());
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < marks.size(); i++) {
      gaps.add(marks.get(i) - marks.get(i - 1));
    }
    double left =
        random.nextDouble() * gaps.stream().mapToLong(gap -> Math.min(gap, MOST_MILLIS)).sum();
    int jobs = 0;
    while (left >= Math.min(gaps.get(jobs), MOST_MILLIS)) {
      left -= Math.min(gaps.get(jobs++), MOST_MILLIS);
    }
    double share = left / Math.min(gaps.get(jobs), MOST_MILLIS);
    return new Moment(jobs, (long) (share * gaps.get(jobs)));
  }

  /** Waits for it in another run; whether that is not over by then. */
  boolean await(Submission run) throws InterruptedException {
    Polling.until(toString(), () -> run.ended() || run.events().start() >= 0 && run.jobs() >= jobs);
    Thread.sleep(millis);
    return !run.ended();
  }

  @Override
  public String toString() {
    return "%d jobs and %d ms".formatted(jobs, millis);
  }
}
