package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A JVM of its own, for what a test cannot see in this one, which has loaded ND4J long ago. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs a program to its end, which must be a good one, and returns the lines that it printed.
   *
   * @param wanted which entries of this JVM's class path it gets
   * @param words flags, main class or source file, and arguments
   */
  public static List<String> run(Predicate<String> wanted, String... words)
      throws IOException, InterruptedException {
    return run(Map.of(), wanted, words);
  }

  /** The same with more environment variables. */
  public static List<String> run(
      Map<String, String> environment, Predicate<String> wanted, String... words)
      throws IOException, InterruptedException {
    Process process = start(environment, wanted, words);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  /** Runs a program and returns the lines that it printed, however it ended. */
  public static List<String> lines(
      Map<String, String> environment, Predicate<String> wanted, String... words)
      throws IOException, InterruptedException {
    Process process = start(environment, wanted, words);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().toList();
  }

  /** Starts a program that prints its errors among its lines. */
  public static Process start(Predicate<String> wanted, String... words) throws IOException {
    return start(Map.of(), wanted, words);
  }

  /** The same with more environment variables. */
  public static Process start(
      Map<String, String> environment, Predicate<String> wanted, String... words)
      throws IOException {
    return builder(environment, wanted, words).start();
  }

  /** A program of any class path, to be started. */
  public static ProcessBuilder command(Map<String, String> environment, String... words) {
    return builder(environment, entry -> false, words);
  }

  private static ProcessBuilder builder(
      Map<String, String> environment, Predicate<String> wanted, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.matches("--add-opens.*|-XX:TieredStopAtLevel=1|-XX:\\+UseSerialGC"))
        .forEach(command::add);
    command.add("-Dlog4j2.configurationFile=" + logging().toUri());
    command.add("-cp");
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(wanted)
            .collect(Collectors.joining(File.pathSeparator)));
    command.addAll(List.of(words));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().putAll(environment);
    return process;
  }

  /** Tests run in a module, checks above it. */
  private static Path logging() {
    Path above = Path.of("../conf/log4j2.properties");
    return Files.exists(above) ? above : Path.of("conf/log4j2.properties");
  }
}
