package io.millrace.check;

import io.millrace.build.ReadmeCheck;
import io.millrace.cli.PageCheck;
import io.millrace.cluster.CombinedCheck;
import io.millrace.cluster.FaultsCheck;
import io.millrace.deploy.GpusCheck;
import io.millrace.deploy.KubernetesCheck;
import io.millrace.deploy.SecureCheck;
import io.millrace.deploy.UnitsCheck;
import io.millrace.deploy.WalkCheck;
import io.millrace.deploy.YarnCheck;
import io.millrace.fuzz.FuzzCheck;
import io.millrace.lakes.LakesCheck;
import io.millrace.model.layers.DuelCheck;
import io.millrace.nightly.NightsCheck;
import io.millrace.onnx.OnnxCheck;
import io.millrace.predict.PredictCheck;
import io.millrace.run.FinetuneCheck;
import io.millrace.stores.StoresCheck;
import io.millrace.training.SimulationCheck;
import io.millrace.training.WavesCheck;
import java.util.Map;
import java.util.TreeMap;

/** Runs one check by name: {@code deploy/check NAME}. */
public final class CheckMain {
  static final Map<String, Check> CHECKS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("collection", new CollectionCheck()),
              Map.entry("combined", new CombinedCheck()),
              Map.entry("duel", new DuelCheck()),
              Map.entry("faults", new FaultsCheck()),
              Map.entry("finetune", new FinetuneCheck()),
              Map.entry("fuzz", new FuzzCheck()),
              Map.entry("gpus", new GpusCheck()),
              Map.entry("kubernetes", new KubernetesCheck()),
              Map.entry("lakes", new LakesCheck()),
              Map.entry("mutants", new MutantsCheck()),
              Map.entry("nights", new NightsCheck()),
              Map.entry("onnx", new OnnxCheck()),
              Map.entry("page", new PageCheck()),
              Map.entry("predict", new PredictCheck()),
              Map.entry("readme", new ReadmeCheck()),
              Map.entry("secure", new SecureCheck()),
              Map.entry("simulation", new SimulationCheck()),
              Map.entry("stores", new StoresCheck()),
              Map.entry("units", new UnitsCheck()),
              Map.entry("walk", new WalkCheck()),
              Map.entry("waves", new WavesCheck()),
              Map.entry("yarn", new YarnCheck())));

  private CheckMain() {}

  public static void main(String[] args) {
    String name = args.length == 1 ? args[0] : "";
    Check check = CHECKS.get(name);
    if (check == null) {
      System.err.printf(
          "error: Invalid check: %s (must be one of %s)%n",
          String.join(" ", args), String.join(", ", CHECKS.keySet()));
      System.exit(2);
    }
    System.exit(run(name, check, new CheckReport(System.out)) ? 0 : 1);
  }

  /** Whether all of its cases passed; its last line says how many. */
  static boolean run(String name, Check check, CheckReport report) {
    try {
      check.run(report);
    } catch (Exception | Error e) {
      report.fail(e.toString());
      e.printStackTrace();
    }
    report.say(report.summary(name));
    return report.isClean();
  }
}
