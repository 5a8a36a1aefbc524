package io.millrace.cli;

import io.millrace.ChildJvm;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The live page of {@code train --serve} in a headless Chromium, over a run on the sample of
 * Fashion-MNIST: it comes before the first epoch, grows by itself, and is whole and still at the
 * end. Beside it, what Spark's page tells Prometheus. It takes two minutes.
 */
public final class PageCheck implements Check {
  private static final String SAMPLE = "conf/sample";

  /**
   * So many that a fast machine, too, trains for longer than the page takes to come again twice.
   */
  private static final int EPOCHS = 24;

  private static final String SHOWN =
      """
      (() => {
        const tiles = [...document.querySelectorAll('.numbers dt')];
        const epochs = tiles.find(each => each.textContent === 'epochs');
        const comesAgain = document.querySelector('meta[http-equiv=refresh]') != null;
        return [document.readyState, comesAgain, epochs ? epochs.nextElementSibling.textContent : '',
            document.body.innerText].join('|');
      })()
      """;

  private final List<String> lines = new ArrayList<>();
  private final Set<String> epochs = new TreeSet<>();
  private Path folder;
  private String metrics = "";
  private boolean waited;

  @Override
  public void run(CheckReport report) throws Exception {
    folder = Files.createTempDirectory("page");
    Path config = Files.writeString(folder.resolve("run.yaml"), config());
    List<String> prepared =
        ChildJvm.run(Map.of("OMP_NUM_THREADS", "1"), any -> true, words("prepare", config));
    report.say(prepared.get(prepared.size() - 1));
    Process train = start(config);
    BufferedReader out = train.inputReader(StandardCharsets.UTF_8);
    String address = address(out);
    Thread rest = new Thread(() -> out.lines().forEach(this::add), "train");
    rest.start();
    try (Browser browser = new Browser(folder.resolve("profile"), address)) {
      watch(browser, train, report);
    } finally {
      train.destroyForcibly();
    }
    rest.join();
  }

  private synchronized void add(String line) {
    lines.add(line);
  }

  private void watch(Browser browser, Process train, CheckReport report) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(15);
    String shown = browser.ask(SHOWN);
    boolean still = false;
    while (!still && System.nanoTime() < end) {
      shown = browser.ask(SHOWN);
      waited |= shown.contains("The report comes when an epoch has ended");
      String[] parts = shown.split("\\|", 4);
      if (parts.length == 4 && parts[0].equals("complete") && !parts[2].isEmpty()) {
        epochs.add(parts[2]);
        still = parts[1].equals("false");
      }
      askSpark();
      TimeUnit.MILLISECONDS.sleep(500);
    }
    report.count("the page waits for the first epoch", waited);
    report.count("it grew by itself: epochs " + epochs, epochs.size() >= 3);
    report.count(
        "it ends with the whole run, and no longer comes again",
        still && epochs.contains(String.valueOf(EPOCHS)));
    report.count(
        "with charts",
        Integer.parseInt(browser.ask("String(document.querySelectorAll('svg').length)")) > 5);
    boolean ended = train.waitFor(2, TimeUnit.MINUTES);
    report.count("the run ended well", ended && train.exitValue() == 0);
    report.count("and the page stays in the browser", browser.ask(SHOWN).equals(shown));
    String told =
        metrics
            .lines()
            .filter(line -> line.contains("GaugePlugin_loss_Value"))
            .findFirst()
            .orElse("");
    report.count("Prometheus was told: " + told, told.matches(".*\\} \\d.*"));
    if (report.failed() > 0) {
      lines.forEach(report::say);
    }
  }

  /** What Spark's page tells Prometheus while the run goes on. */
  private void askSpark() throws InterruptedException {
    try {
      URI page = URI.create("http://127.0.0.1:4047/metrics/prometheus/");
      String answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
              .body();
      if (answer.matches("(?s).*GaugePlugin_loss_Value[^\n]* \\d.*")) {
        metrics = answer;
      }
    } catch (IOException e) {
      return; // not yet, or no longer
    }
  }

  private static String address(BufferedReader out) throws Exception {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("live page")) {
        return line.replaceAll(".* ", "");
      }
    }
    throw new IllegalStateException("train did not say where its page is");
  }

  private static Process start(Path config) throws Exception {
    List<String> words = new ArrayList<>(List.of(words("train", config)));
    words.addAll(List.of("--serve", "0"));
    words.add(0, "-Dspark.ui.port=4047");
    return ChildJvm.start(
        Map.of("OMP_NUM_THREADS", "1"), any -> true, words.toArray(String[]::new));
  }

  private static String[] words(String command, Path config) {
    return new String[] {
      "-Xmx2g",
      "-Dspark.driver.memory=2g",
      "-Dspark.master=local[2,4]",
      "-Dspark.driver.host=127.0.0.1",
      "io.millrace.cli.Main",
      command,
      "--config",
      config.toString()
    };
  }

  private String config() {
    return """
        name: live
        output: %1$s/out
        source: {path: %2$s}
        dataset: {path: %1$s/set}
        input: {height: 28, width: 28, channels: 1}
        model: {depth: 8, width: 8}
        learningRate: {referenceBatch: 64, warmupEpochs: 1}
        training: {epochs: %3$d, workers: 2, batchPerWorker: 32}
        sinks: [prometheus]
        """
        .formatted(folder, SAMPLE, EPOCHS);
  }
}
