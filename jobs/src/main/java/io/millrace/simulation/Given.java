package io.millrace.simulation;

/**
 * What is not measured but given.
 *
 * @param bytesPerSecond of a machine's network, one way
 * @param latency of it in seconds
 * @param slots tasks that run at once; 0 for as many as there are workers
 * @param perMachine of them on one machine
 */
public record Given(double bytesPerSecond, double latency, int slots, int perMachine) {
  /** All in one JVM: nothing crosses a network. */
  public static Given oneMachine(int slots) {
    return new Given(Double.POSITIVE_INFINITY, 0, slots, slots);
  }

  /** Workers that run at once. */
  int atOnce(Round round) {
    return slots == 0 ? round.workers() : Math.min(slots, round.workers());
  }

  /** How often all slots are filled until every worker had one. */
  int waves(Round round) {
    return (round.workers() + atOnce(round) - 1) / atOnce(round);
  }
}
