package io.millrace.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of deploy/submit, a process of its own, with Spark's event log to look into. */
final class Submission {
  private final Process process;
  private final Path output;
  private final EventLog events;

  private Submission(Process process, Path output, EventLog events) {
    this.process = process;
    this.output = output;
    this.events = events;
  }

  static Submission start(Path root, Path folder, List<String> flags, String... command)
      throws IOException {
    Path events = Files.createTempDirectory(folder, "events");
    Path output = events.resolveSibling(events.getFileName() + ".out");
    List<String> words = new ArrayList<>(List.of(root.resolve("deploy/submit").toString()));
    words.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g", "--conf"));
    words.add("spark.eventLog.dir=" + events.toUri());
    words.addAll(List.of("--conf", "spark.eventLog.enabled=true"));
    words.addAll(flags);
    words.addAll(List.of(command));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    return new Submission(process, output, new EventLog(events));
  }

  /** Waits for its end and returns the exit code. */
  int code() throws InterruptedException {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("The command hangs");
    }
    return process.exitValue();
  }

  /** Waits for its end; what it said is the exception where that is not a good one. */
  void require() throws IOException, InterruptedException {
    if (code() != 0) {
      throw new IllegalStateException(output());
    }
  }

  /** Sends it SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Sends it SIGTERM. */
  void stop() {
    process.toHandle().destroy(); // the process itself would close its streams
  }

  boolean ended() {
    return !process.isAlive();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  EventLog events() {
    return events;
  }

  /** Spark jobs that have ended. */
  long jobs() throws IOException {
    return events.jobEnds().size();
  }

  /** Task attempts that were started beside another one. */
  long speculated() throws IOException {
    return events.of("TaskStart").filter(line -> line.contains("\"Speculative\":true")).count();
  }

  /** Spark's name for it. */
  String application() throws IOException {
    return events.application();
  }
}
