package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.metrics.Figures;
import io.millrace.plan.TrainingPlan;
import io.millrace.report.SimulationPage;
import io.millrace.run.TrainingSetup;
import io.millrace.settings.Counts;
import io.millrace.simulation.Calibration;
import io.millrace.simulation.Given;
import io.millrace.simulation.Round;
import io.millrace.simulation.Simulated;
import io.millrace.simulation.Simulation;
import io.millrace.simulation.SimulationTable;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plan --simulate}: what the config would cost on 1 to 1,024 executors. */
final class SimulateOptions {
  private static final String PAGE = "simulation.html";
  private static final String SIMULATE = "--simulate";
  private static final List<String> FLAGS =
      List.of("--network", "--latency", "--per-machine", "--spread", "--price", "--to");

  private static final double BYTES_A_GBIT = 1e9 / 8;
  private static final double MS_A_SECOND = 1e3;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = SIMULATE,
      split = ",",
      paramLabel = "RUN",
      description =
          "Work out rounds of 1 to 1,024 executors of one worker each from the times of these"
              + " runs: one with the network, input, batch and precision of this config, two"
              + " numbers of workers, two of updates a round.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--network",
      paramLabel = "GBIT",
      defaultValue = "10",
      description = "Bandwidth of a machine's network in Gbit/s, by default 10.")
  private double network;

  @Option(
      names = "--latency",
      paramLabel = "MS",
      defaultValue = "0.5",
      description = "Latency of the network in ms, by default 0.5.")
  private double latency;

  @Option(
      names = "--per-machine",
      paramLabel = "N",
      defaultValue = "1",
      description = "Workers on one machine, which slow each other as in the runs; by default 1.")
  private int perMachine;

  @Option(
      names = "--spread",
      paramLabel = "SHARE",
      description = "Standard deviation of an update's time over its mean; measured if left out.")
  private Double spread;

  @Option(
      names = "--price",
      paramLabel = "PRICE",
      description = "Price of an executor for an hour, for the cost of an epoch.")
  private Double price;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Hadoop path of the folder for simulation.html; this one if it is left out.")
  private String to;

  boolean isAsked() {
    return !runs.isEmpty();
  }

  /**
   * Refuses flags of a simulation without one, and values that none can go by.
   *
   * @throws IllegalArgumentException in one line
   */
  void check() {
    var given = command.commandLine().getParseResult();
    if (runs.isEmpty() && given.hasMatchedOption(SIMULATE)) {
      throw new IllegalArgumentException(
          "Invalid %s: it is empty (must be folders of runs)".formatted(SIMULATE));
    }
    for (String flag : FLAGS) {
      if (runs.isEmpty() && given.hasMatchedOption(flag)) {
        throw new IllegalArgumentException(
            "Invalid %s: it goes with %s alone".formatted(flag, SIMULATE));
      }
    }
    check("--network", network, network > 0 && Double.isFinite(network));
    check("--latency", latency, isNotNegative(latency));
    check("--per-machine", perMachine, perMachine >= 1);
    check("--spread", spread, spread == null || isNotNegative(spread));
    check("--price", price, price == null || isNotNegative(price));
  }

  private static boolean isNotNegative(double value) {
    return value >= 0 && Double.isFinite(value);
  }

  /** Prints the table and writes the page. */
  void run(TrainingSetup setup, Configuration hadoop, double driverMemory) throws IOException {
    RunConfig config = setup.config();
    Calibration measured = new MeasuredRuns(config, hadoop).calibration(runs);
    Calibration calibration = spread == null ? measured : measured.spread(spread);
    TrainingPlan plan = setup.plan();
    Given given = new Given(network * BYTES_A_GBIT, latency / MS_A_SECOND, 0, perMachine);
    List<Simulated> rounds =
        Simulation.of(calibration, given, workers -> round(config, plan, workers));
    SimulationTable table = new SimulationTable(rounds, setup.shape().rows(), price);
    List<String> facts = new ArrayList<>(calibration.lines());
    facts.addAll(given(plan, driverMemory));
    facts.forEach(System.out::println);
    Columns.of(table.rows()).forEach(System.out::println);
    table.notices().forEach(System.out::println);
    RunFolder folder = RunFolder.open(hadoop, new Path(to));
    SimulationPage page =
        new SimulationPage(config.name(), facts, table.notices(), table.rows(), rounds);
    folder.write(PAGE, page.html());
    System.out.printf("simulated=%d report=%s%n", rounds.size(), folder.path(PAGE));
  }

  /** As the config says; a number of updates that changes is taken for one. */
  private static Round round(RunConfig config, TrainingPlan plan, int workers) {
    long up = plan.cargo().bytesUp();
    return new Round(
        workers,
        config.averaging().every().always().orElse(1),
        config.training().batchPerWorker(),
        plan.cargo().bytesDown(),
        up,
        config.averaging().reduce().onExecutors(workers * up));
  }

  private static void check(String flag, Object value, boolean right) {
    if (!right) {
      String rule =
          flag.equals("--network")
              ? "> 0, and finite"
              : flag.equals("--per-machine") ? ">= 1" : ">= 0, and finite";
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(flag, value, rule));
    }
  }

  private List<String> given(TrainingPlan plan, double driverMemory) {
    return List.of(
        Figures.format(
            "%-14s %s Gbit/s, %s ms, %s on a machine",
            "given",
            Figures.number(network),
            Figures.number(latency),
            Counts.of(perMachine, "worker")),
        Figures.format(
            "%-14s %.1f MB down and %.1f MB up for each worker; the driver needs %.0f MB of heap"
                + " for any number of them, and has %.0f",
            "a round",
            plan.cargo().bytesDown() / 1e6,
            plan.cargo().bytesUp() / 1e6,
            plan.driver().heap() / 1e6,
            driverMemory / 1e6));
  }
}
