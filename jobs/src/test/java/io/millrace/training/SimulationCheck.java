package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.simulation.Calibration;
import io.millrace.simulation.Given;
import io.millrace.simulation.MeasuredRun;
import io.millrace.simulation.Round;
import io.millrace.simulation.Simulated;
import io.millrace.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Predictions of the simulation against measurement, on this machine with two slots: calibrated by
 * one network with 1 and 2 workers, of one and of four updates a round, and by what an image costs
 * one worker of another network; then eight updates a round, 4 and 8 workers in waves, and the
 * other network with 2, 4 and 8 workers. A turn measures all of them and predicts from itself
 * alone, so that whatever else the machine does falls on both sides; what counts is the median of
 * the turns, of which each begins at another case.
 */
public final class SimulationCheck implements Check {
  private static final int SLOTS = 2;
  private static final int BATCH = 16;
  private static final int TURNS = 41;
  private static final int WARM_UP = 5;
  private static final double CLOSE = 0.15;
  private static final Given MACHINE = Given.oneMachine(SLOTS);

  /** Rounds of a network, and of each turn what was predicted and what was measured. */
  private record Case(
      String network, boolean calibrates, TimedRounds rounds, List<Outcome> outcomes) {
    String words() {
      return "%s, %d workers, every %d".formatted(network, rounds.workers(), rounds.every());
    }
  }

  /** A turn's round. */
  private record Outcome(Simulated predicted, MeasuredRun run) {
    double measured() {
      return run.wall();
    }

    double off() {
      return predicted.seconds() / measured() - 1;
    }
  }

  @Override
  public void run(CheckReport report) throws Exception {
    try (JavaSparkContext spark = Bench.spark()) {
      ComputationGraph narrow = net(20, 16);
      ComputationGraph wide = net(8, 40);
      List<Case> cases = new ArrayList<>();
      cases.add(timed(spark, "resnet-20 x16", narrow, true, 1, 1, 4));
      cases.add(timed(spark, "resnet-20 x16", narrow, true, 1, 4, 3));
      cases.add(timed(spark, "resnet-20 x16", narrow, true, 2, 1, 4));
      cases.add(timed(spark, "resnet-20 x16", narrow, true, 2, 4, 3));
      cases.add(timed(spark, "resnet-8 x40", wide, true, 1, 1, 4));
      cases.add(timed(spark, "resnet-20 x16", narrow, false, 2, 8, 3));
      cases.add(timed(spark, "resnet-20 x16", narrow, false, 4, 1, 3));
      cases.add(timed(spark, "resnet-20 x16", narrow, false, 8, 1, 3));
      cases.add(timed(spark, "resnet-8 x40", wide, false, 2, 1, 4));
      cases.add(timed(spark, "resnet-8 x40", wide, false, 2, 8, 3));
      cases.add(timed(spark, "resnet-8 x40", wide, false, 4, 1, 3));
      cases.add(timed(spark, "resnet-8 x40", wide, false, 8, 1, 3));
      for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
        measure(cases, turn);
        if (turn >= WARM_UP) {
          predict(cases);
        }
      }
      cases.forEach(each -> compare(each, report));
      cases.forEach(each -> each.rounds().close());
    }
  }

  private static void measure(List<Case> cases, int turn) {
    for (int i = 0; i < cases.size(); i++) {
      TimedRounds rounds = cases.get((turn + i) % cases.size()).rounds();
      rounds.forget();
      rounds.train();
    }
  }

  private static void predict(List<Case> cases) {
    List<Case> calibrating = cases.stream().filter(Case::calibrates).toList();
    for (Case each : cases) {
      List<MeasuredRun> runs =
          calibrating.stream()
              .filter(one -> each.network().equals(one.network()) || one.network().contains("20"))
              .map(one -> measured(one, one.network().equals(each.network())))
              .toList();
      MeasuredRun own = measured(each, true);
      each.outcomes()
          .add(new Outcome(Simulation.round(Calibration.of(runs), MACHINE, own.round()), own));
    }
  }

  private static void compare(Case of, CheckReport report) {
    double off = median(of, Outcome::off);
    double measured = median(of, Outcome::measured);
    String line =
        String.format(
            Locale.ROOT,
            "%-32s predicted %7.1f ms, measured %7.1f ms, %+5.1f %%, %.0f images/s; %s; measured: a"
                + " worker's compute %.1f, codec %.1f, schedule %.1f, broadcast %.1f, aggregate %.1f",
            of.words(),
            1e3 * median(of, outcome -> outcome.predicted().seconds()),
            1e3 * measured,
            100 * off,
            of.outcomes().get(0).predicted().round().images() / measured,
            parts(of),
            1e3 * median(of, outcome -> outcome.run().compute()),
            1e3 * median(of, outcome -> outcome.run().codec()),
            1e3 * median(of, outcome -> outcome.run().schedule()),
            1e3 * median(of, outcome -> outcome.run().broadcast()),
            1e3 * median(of, outcome -> outcome.run().aggregate()));
    if (of.calibrates()) {
      report.say("calibrated by " + line);
    } else {
      report.count(line, Math.abs(off) <= CLOSE);
    }
  }

  private static double median(Case of, ToDoubleFunction<Outcome> value) {
    return BenchReport.median(of.outcomes().stream().mapToDouble(value).toArray());
  }

  private static String parts(Case of) {
    List<String> words = new ArrayList<>();
    for (String name : of.outcomes().get(0).predicted().parts().keySet()) {
      double seconds = median(of, outcome -> outcome.predicted().parts().get(name));
      if (seconds > 0) {
        words.add(String.format(Locale.ROOT, "%s %.1f", name, 1e3 * seconds));
      }
    }
    return String.join(", ", words);
  }

  private static MeasuredRun measured(Case of, boolean ownNetwork) {
    TimedRounds rounds = of.rounds();
    double workers = rounds.workers();
    long down = (long) rounds.median(each -> each.value(RoundReport.BYTES_DOWN));
    long up = (long) rounds.median(each -> each.value(RoundReport.BYTES_UP));
    return new MeasuredRun(
        new Round(rounds.workers(), rounds.every(), BATCH, down, up, false),
        ownNetwork,
        rounds.seconds(RoundReport.COMPUTE) / workers,
        rounds.seconds(RoundReport.SERIALISE) / workers,
        rounds.seconds(RoundReport.SCHEDULE),
        rounds.seconds(RoundReport.AGGREGATE),
        rounds.seconds(RoundReport.BROADCAST),
        rounds.seconds(RoundReport.WALL));
  }

  private static Case timed(
      JavaSparkContext spark,
      String network,
      ComputationGraph net,
      boolean calibrates,
      int workers,
      int every,
      int rounds) {
    return new Case(
        network,
        calibrates,
        new TimedRounds(spark, net, workers, BATCH, every, rounds, SimulationCheck::minibatch),
        new ArrayList<>());
  }

  private static ComputationGraph net(int depth, int width) {
    ComputationGraph net =
        new ComputationGraph(
            new CifarResNet(depth, width, Shortcut.PROJECTION, true)
                .configuration(
                    new NetworkPurpose(
                        new ImageShape(32, 32, 3),
                        10,
                        new Nesterovs(Bench.RATE, Bench.MOMENTUM),
                        1)));
    net.init();
    return net;
  }

  private static DataSet minibatch(int worker) {
    return Minibatch.SAME;
  }

  private static final class Minibatch {
    static final DataSet SAME = TrainBench.random(BATCH);
  }
}
