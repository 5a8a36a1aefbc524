package io.millrace.stores;

import io.millrace.ChildJvm;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Saves and promotions that fail at every one of their calls, and whole jobs, on a real HDFS and on
 * a real endpoint of the S3 API: {@code deploy/check stores}. The gate tries the same on a local
 * disk. {@link StoreCases} has the cases, in a JVM whose class path holds the stores' clients.
 */
public final class StoresCheck implements Check {
  @Override
  public void run(CheckReport report) throws Exception {
    Path folder = Files.createTempDirectory("stores");
    report.say("in " + folder);
    try (StoreServers servers = StoreServers.in(folder)) {
      cases(report, servers, servers.hdfs(), Map.of());
      Map<String, String> settings = new TreeMap<>();
      String root = servers.s3(settings);
      committers(settings);
      cases(report, servers, root, settings);
    }
  }

  /** The settings that are shipped, but for what fetches jars. */
  private static void committers(Map<String, String> settings) throws IOException {
    for (String line : Files.readAllLines(Path.of("conf/s3a.conf"))) {
      String[] words = line.split("\\s+");
      if (words.length == 2 && words[0].startsWith("spark.") && !words[0].contains("packages")) {
        settings.put(words[0], words[1]);
      }
    }
  }

  private static void cases(
      CheckReport report, StoreServers servers, String root, Map<String, String> settings)
      throws IOException, InterruptedException {
    report.say("on " + root);
    List<String> words = new ArrayList<>(List.of("-cp", servers.classpath(), "-Xmx2g"));
    settings.forEach((key, value) -> words.add("-D%s=%s".formatted(key, value)));
    words.addAll(List.of(StoreCases.class.getName(), root));
    Process process =
        ChildJvm.start(Map.of("OMP_NUM_THREADS", "1"), entry -> true, words.toArray(String[]::new));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(StoreCases.PASSED)) {
          report.pass();
        }
        if (line.startsWith(StoreCases.FAILED)) {
          report.fail(line.substring(StoreCases.FAILED.length()));
        } else {
          report.say(line);
        }
      }
    }
    report.count("all cases on %s were tried".formatted(root), process.waitFor() == 0);
  }
}
