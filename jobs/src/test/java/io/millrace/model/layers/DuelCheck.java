package io.millrace.model.layers;

import io.millrace.backend.NativeBinary;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;

/**
 * 300 random networks, stock beside native: {@code deploy/check duel}. Networks that DL4J itself
 * cannot train are not counted.
 */
public final class DuelCheck implements Check {
  private static final int NETS = 300;

  private final Map<String, int[]> kinds = new TreeMap<>();
  private long refused;

  @Override
  public void run(CheckReport report) {
    NativeBinary.select();
    for (long seed = 1; report.passed() + report.failed() < NETS; seed++) {
      judge(seed, report);
    }
    int[] all = new int[2];
    kinds.forEach(
        (kind, counted) -> {
          all[0] += counted[0];
          all[1] += counted[1];
          report.say("%5d of %5d native  %s".formatted(counted[0], counted[0] + counted[1], kind));
        });
    report.say(
        "native layers: %d of %d, %.1f %%; eligible ones left out are failures; refused by DL4J: %d nets"
            .formatted(all[0], all[0] + all[1], 100.0 * all[0] / (all[0] + all[1]), refused));
  }

  private void judge(long seed, CheckReport report) {
    Duel.Result result;
    try {
      result = Duel.of(seed);
    } catch (RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      report.fail("net " + seed + ": " + trace);
      return;
    }
    if (result.refusal() != null) {
      refused++;
      report.say("net " + seed + " refused: " + result.refusal());
    } else if (result.agrees()) {
      report.pass();
      count(result);
    } else {
      report.fail("net " + seed + ": " + result.words());
    }
  }

  private void count(Duel.Result result) {
    for (LayerPath path : result.paths()) {
      int[] counted = kinds.computeIfAbsent(path.path(), kind -> new int[2]);
      counted[path.isStock() ? 1 : 0]++;
    }
  }
}
