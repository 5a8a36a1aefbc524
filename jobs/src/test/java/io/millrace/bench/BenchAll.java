package io.millrace.bench;

import io.millrace.backend.NativeBinary;
import io.millrace.bench.BenchReport.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code deploy/bench all}: every benchmark in a JVM of its own, one after the other, and the table
 * of deploy/README.md written from what they printed.
 */
final class BenchAll {
  private static final Path README = Path.of("deploy", "README.md");
  private static final String START = "<!-- bench -->\n";
  private static final String END = "<!-- /bench -->";

  private final Set<String> names;

  BenchAll(Set<String> names) {
    this.names = names;
  }

  /** Returns whether every benchmark came to its end; targets that were missed do not count. */
  boolean run() throws IOException, InterruptedException {
    String machine = BenchMachine.describe(NativeBinary.select());
    Map<String, List<Row>> rows = new LinkedHashMap<>();
    boolean complete = true;
    for (String name : names) {
      List<Row> measured = new ArrayList<>();
      complete &= measure(name, measured) == 0;
      rows.put(name, measured);
      write(BenchTable.markdown(machine, rows)); // each time, so that little is lost by an end
    }
    System.out.println("bench=all table=" + README);
    return complete;
  }

  private static void write(String section) throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    Files.writeString(README, readme.substring(0, start) + section + readme.substring(end));
  }

  private static int measure(String name, List<Row> rows) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command(name));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        if (line.startsWith("{\"name\"")) {
          rows.add(Row.parse(line));
        }
      }
    }
    return process.waitFor();
  }

  /** The command of this JVM with another benchmark's name. */
  private static List<String> command(String name) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), BenchMain.class.getName(), name));
    return command;
  }
}
