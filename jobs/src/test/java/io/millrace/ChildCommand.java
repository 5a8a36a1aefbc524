package io.millrace;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A command in a JVM of its own, on two slots, as {@code deploy/submit} would run it.
 *
 * @param code its exit code
 * @param lines what it printed
 */
public record ChildCommand(int code, List<String> lines) {
  /** Runs one to its end. */
  public static ChildCommand run(String... words) throws IOException, InterruptedException {
    return run(process -> false, words);
  }

  /**
   * Runs one.
   *
   * @param looks asked several times a second while it runs, until it says that it has done
   *     something to the process
   */
  public static ChildCommand run(Predicate<ProcessHandle> looks, String... words)
      throws IOException, InterruptedException {
    Process process = start(Map.of(), words);
    Thread looking = new Thread(() -> look(process, looks));
    looking.setDaemon(true);
    looking.start();
    return ended(process, (line, running) -> {});
  }

  /**
   * Runs one with variables of the environment.
   *
   * @param hears is given each line as it is printed, and the process
   */
  public static ChildCommand run(
      Map<String, String> environment, BiConsumer<String, ProcessHandle> hears, String... words)
      throws IOException, InterruptedException {
    return ended(start(environment, words), hears);
  }

  private static Process start(Map<String, String> environment, String... words)
      throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("-Xmx3g", "-Dspark.driver.memory=3g", "-Dspark.master=local[2,4]"));
    all.addAll(List.of("-Dspark.ui.enabled=false", "io.millrace.cli.Main"));
    all.addAll(List.of(words));
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("OMP_NUM_THREADS", "1");
    return ChildJvm.start(variables, entry -> true, all.toArray(String[]::new));
  }

  private static ChildCommand ended(Process process, BiConsumer<String, ProcessHandle> hears)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String read = out.readLine(); read != null; read = out.readLine()) {
        lines.add(read);
        hears.accept(read, process.toHandle());
      }
    }
    return new ChildCommand(process.waitFor(), lines);
  }

  private static void look(Process process, Predicate<ProcessHandle> looks) {
    try {
      while (process.isAlive() && !looks.test(process.toHandle())) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last line. */
  public String last() {
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
