package io.millrace.check;

import io.millrace.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Training and evaluation under constant collection of garbage, workspaces on and off, each in a
 * JVM of its own that dies where an array is freed under native code. Methods of ours are compiled
 * after their first call, since the interpreter keeps arguments to the end of a method; freed
 * arrays are given back to the system at once, as in executors.
 */
public final class CollectionCheck implements Check {
  private static final List<String> FLAGS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-Xbatch",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,io.millrace.*::*,0.001",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null");

  private static final String ALWAYS = "always";

  /**
   * A program that runs under constant collection.
   *
   * @param words its class and arguments
   * @param end its last line if all is well
   */
  record Case(List<String> words, String end) {
    static Case kernels(String when, int times) {
      return new Case(
          List.of("io.millrace.model.layers.KernelsUnderCollection", when, "" + times),
          "all kernels ran");
    }

    static Case training(String when, String workspaces, int updates) {
      return new Case(
          List.of("io.millrace.training.TrainingUnderCollection", when, workspaces, "" + updates),
          "training with workspaces %s: weights moved true, bytes equal true"
              .formatted(workspaces));
    }

    static Case scoring(String when, String workspaces, int passes) {
      return new Case(
          List.of("io.millrace.evaluate.ScoringUnderCollection", when, workspaces, "" + passes),
          "scoring with workspaces %s: bytes equal true".formatted(workspaces));
    }
  }

  @Override
  public void run(CheckReport report) throws Exception {
    List<Case> cases =
        List.of(
            Case.kernels("1", 10),
            Case.training("1", "ENABLED", 1),
            Case.training("1", "NONE", 1),
            Case.scoring("1", "NONE", 1),
            Case.kernels(ALWAYS, 20),
            Case.training(ALWAYS, "ENABLED", 10),
            Case.training(ALWAYS, "NONE", 10),
            Case.scoring(ALWAYS, "ENABLED", 10),
            Case.scoring(ALWAYS, "NONE", 10));
    for (Case one : cases) {
      List<String> lines = lines(one);
      String last = lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
      if (last.equals(one.end())) {
        report.say(last);
        report.pass();
      } else {
        lines.forEach(report::say);
        report.fail(String.join(" ", one.words()) + ": " + last);
      }
    }
  }

  /** What a case printed, however it ended. */
  static List<String> lines(Case one) throws Exception {
    List<String> words = new ArrayList<>(FLAGS);
    words.addAll(one.words());
    return ChildJvm.lines(
        Map.of("MALLOC_MMAP_THRESHOLD_", "1048576", "OMP_NUM_THREADS", "1"),
        path -> true,
        words.toArray(String[]::new));
  }
}
