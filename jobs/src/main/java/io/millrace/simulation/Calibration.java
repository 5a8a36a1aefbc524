package io.millrace.simulation;

import io.millrace.metrics.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The terms of a round, from measured runs. What one of them was not told by two numbers of workers
 * is taken to grow with their number.
 *
 * @param compute seconds of an image on a worker alone, of the network that is simulated
 * @param start seconds that a task computes besides its updates
 * @param contention by what share each further worker on a machine slows it
 * @param codec seconds of a byte
 * @param schedule of a job
 * @param broadcast of weights
 * @param aggregate of results
 * @param rest seconds of a round that are in no other term
 * @param spread of an update's time: standard deviation over mean
 */
public record Calibration(
    double compute,
    double start,
    double contention,
    double codec,
    Schedule schedule,
    Broadcast broadcast,
    Aggregate aggregate,
    double rest,
    double spread) {
  private static final double MB = 1e6;

  /**
   * Works the terms out.
   *
   * @param runs one at least on the network that is simulated
   * @throws IllegalArgumentException if there is none of it
   */
  public static Calibration of(List<MeasuredRun> runs) {
    List<MeasuredRun> own = runs.stream().filter(MeasuredRun::ownNetwork).toList();
    if (own.isEmpty()) {
      throw new IllegalArgumentException(
          "one of them must have the network, input, batch and precision of this config, and a run"
              + " with training.workers=1 will do: what an image costs is not known otherwise");
    }
    double start = start(runs);
    double contention = contention(runs, start);
    double compute =
        mean(own, run -> run.perImage(start) / (1 + contention * (run.round().workers() - 1)));
    List<MeasuredRun> others = runs.stream().filter(run -> !run.ownNetwork()).toList();
    List<MeasuredRun> rounds = others.isEmpty() ? own : others;
    Line schedule = Line.through(rounds, run -> run.round().workers(), MeasuredRun::schedule);
    Line aggregate = Line.through(rounds, Calibration::averaged, MeasuredRun::aggregate);
    double rest = rounds.stream().mapToDouble(MeasuredRun::rest).min().orElseThrow();
    return new Calibration(
        compute,
        start,
        contention,
        mean(rounds, run -> run.codec() / (run.round().down() + run.round().up())),
        new Schedule(schedule.start(), schedule.slope()),
        new Broadcast(mean(rounds, run -> run.broadcast() / run.round().down())),
        new Aggregate(aggregate.start(), aggregate.slope()),
        rest,
        spread(rounds, rest));
  }

  /** The same where a task's time spreads otherwise. */
  public Calibration spread(double other) {
    return new Calibration(
        compute, start, contention, codec, schedule, broadcast, aggregate, rest, other);
  }

  /** What was measured, for people. */
  public List<String> lines() {
    return List.of(
        Figures.format(
            "%-14s %s an image, %.1f %% more for each worker beside it on its machine, and %s a task",
            "measured",
            SimulationTable.time(compute),
            100 * contention,
            SimulationTable.time(start)),
        Figures.format(
            "%-14s %s a MB to encode and decode, %s to broadcast, %s to average",
            "",
            SimulationTable.time(MB * codec),
            SimulationTable.time(MB * broadcast.perByte()),
            SimulationTable.time(MB * aggregate.perByte())),
        Figures.format(
            "%-14s %s for a job and %s for a task of it, %s besides; times of updates spread by %.1f %%",
            "",
            SimulationTable.time(schedule.job()),
            SimulationTable.time(schedule.task()),
            SimulationTable.time(rest),
            100 * spread));
  }

  private static double averaged(MeasuredRun run) {
    return run.round().up() * (run.round().onExecutors() ? 1.0 : run.round().workers());
  }

  /** Of runs that differ in their updates a round alone; 0 where there are none. */
  private static double start(List<MeasuredRun> runs) {
    return runs.stream()
        .collect(Collectors.groupingBy(run -> List.of(network(run), run.round().workers())))
        .values()
        .stream()
        .filter(alike -> alike.stream().map(run -> run.round().updates()).distinct().count() > 1)
        .mapToDouble(
            alike ->
                Line.through(alike, run -> run.round().updates(), MeasuredRun::compute).start())
        .average()
        .orElse(0);
  }

  /** By what share each further worker slows the others, on networks measured with several. */
  private static double contention(List<MeasuredRun> runs, double start) {
    double sum = 0;
    int pairs = 0;
    for (MeasuredRun one : runs) {
      for (MeasuredRun many : runs) {
        int more = many.round().workers() - one.round().workers();
        if (network(one).equals(network(many)) && one.round().workers() == 1 && more > 0) {
          sum += (many.perImage(start) / one.perImage(start) - 1) / more;
          pairs++;
        }
      }
    }
    return pairs == 0 ? 0 : Math.max(0, sum / pairs);
  }

  /** What tells networks apart. */
  private static List<Long> network(MeasuredRun run) {
    return List.of(run.round().down(), (long) run.round().batch());
  }

  private static double spread(List<MeasuredRun> runs, double rest) {
    return runs.stream()
        .filter(run -> run.round().workers() > 1)
        .mapToDouble(
            run ->
                Math.sqrt(run.round().updates())
                    * (run.rest() - rest)
                    / (run.compute() + run.codec())
                    / Stragglers.largest(run.round().workers()))
        .average()
        .orElse(0);
  }

  private static double mean(List<MeasuredRun> runs, ToDoubleFunction<MeasuredRun> value) {
    return runs.stream().mapToDouble(value).average().orElseThrow();
  }

  /** The terms on a cluster. */
  List<Term> terms(Given given) {
    TaskStart starting = new TaskStart(start, given);
    Compute computing = new Compute(compute, contention, given);
    Codec coding = new Codec(codec, given);
    return List.of(
        schedule,
        new Handover(schedule.job(), given),
        broadcast,
        new Download(given),
        starting,
        computing,
        coding,
        new Stragglers(spread, List.of(starting, computing, coding), given),
        new Upload(given),
        aggregate,
        new Rest(rest));
  }
}
