package io.millrace.fuzz;

import io.millrace.ChildJvm;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.formats.HostileFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Files of every kind that come from outside, damaged 10,000 times each: {@code deploy/check fuzz}.
 * The gate tries the same with fewer. Each class runs in a JVM of its own, whose death, in native
 * code too, is a failure.
 */
public final class FuzzCheck implements Check {
  private static final int TRIES = 10_000;
  private static final int ENTRIES = 1_000_000;
  private static final List<String> CLASSES =
      List.of(
          "io.millrace.image.DamagedImagesTest",
          "io.millrace.fuzz.DamagedFilesTest",
          "io.millrace.fuzz.DamagedWeightsTest");

  /** Runs one class of tests, in a JVM of its own. */
  public static final class OneClass {
    private OneClass() {}

    public static void main(String[] args) {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(args[0]))
              .configurationParameter("jqwik.tries.default", args[1])
              .build();
      var summary = new SummaryGeneratingListener();
      Launcher launcher = LauncherFactory.create();
      launcher.execute(request, summary);
      TestExecutionSummary done = summary.getSummary();
      done.getFailures()
          .forEach(
              failure ->
                  System.out.printf(
                      "%s: %s%n",
                      failure.getTestIdentifier().getDisplayName(), failure.getException()));
      System.out.printf("%d %d%n", done.getTestsSucceededCount(), done.getTestsFailedCount());
      System.exit(0);
    }
  }

  @Override
  public void run(CheckReport report) throws Exception {
    for (String name : CLASSES) {
      List<String> lines =
          ChildJvm.lines(
              Map.of(),
              path -> true,
              "-Xmx1g",
              OneClass.class.getName(),
              name,
              Integer.toString(TRIES));
      lines.stream().filter(line -> line.contains(" tried, ")).forEach(report::say);
      count(name, lines, report);
    }
    hostile(report);
  }

  /** Each is refused within a second, and with less memory than a small image takes. */
  private static void hostile(CheckReport report) throws IOException {
    Path folder = Files.createTempDirectory("hostile");
    for (Map.Entry<String, Path> each : HostileFiles.in(folder, ENTRIES).entrySet()) {
      HostileFiles.Cost cost = HostileFiles.refuse(each.getValue());
      report.count(
          "%s: refused in %.3f s with %.1f KB: %s"
              .formatted(each.getKey(), cost.seconds(), cost.bytes() / 1e3, cost.reason()),
          cost.seconds() < 1 && cost.bytes() < 2 << 20);
      Files.delete(each.getValue());
    }
    Files.delete(folder);
  }

  private static void count(String name, List<String> lines, CheckReport report) {
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    if (!last.matches("\\d+ \\d+")) {
      lines.forEach(report::say);
      report.fail(name + ": the JVM died");
      return;
    }
    String[] counts = last.split(" ");
    for (int i = 0; i < Integer.parseInt(counts[0]); i++) {
      report.pass();
    }
    if (Integer.parseInt(counts[1]) > 0) {
      lines.forEach(report::say);
      report.fail(name);
    }
  }
}
