package io.millrace.plan;

import io.millrace.config.RunConfig;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan in lines for the terminal: what is fed, what is trained on it, how, and what it takes. */
final class PlanWords {
  private final TrainingPlan plan;
  private final RunConfig config;
  private final List<String> lines = new ArrayList<>();

  PlanWords(TrainingPlan plan) {
    this.plan = plan;
    this.config = plan.config();
  }

  List<String> lines() {
    data();
    network();
    recipe();
    course();
    averaging();
    memory();
    watched();
    IdleSettings.of(config).forEach(each -> line("no effect", "%s", each));
    return lines;
  }

  private void data() {
    line(
        "data",
        "%s: %s, train in %s",
        config.dataset().path(),
        Counts.of(plan.classes(), "class"),
        Counts.of(plan.blocks(), "block"));
    line("splits", "train %,d, validation %,d, test %,d", plan.data().toArray());
  }

  private void network() {
    NetworkSize network = plan.network();
    line(
        "network",
        "%s, %,d parameters, %,d activations an example",
        config.model().words(),
        network.parameters(),
        network.activations());
    if (network.isPart()) {
      line(
          "trained",
          "%,d parameters; the rest is frozen: no gradient, no decay, no state, and does not travel",
          network.part().trained());
    }
    if (plan.features() != null) {
      line("features", "%s", plan.features().words());
    }
  }

  private void recipe() {
    line("input", "%s", plan.input());
    line("init", "%s", plan.init());
    plan.taken().forEach(each -> line("", "%s", each));
    line("augment", "%s", RecipeWords.augment(config));
    line("loss", "%s", plan.loss());
    if (plan.teacher() != null) {
      line("teacher", "%s", plan.teacher().words());
    }
    line("optimiser", "%s", RecipeWords.optimizer(config.optimizer()));
    plan.groups().forEach(group -> line("group", "%s", group));
  }

  private void course() {
    var training = config.training();
    var shape = plan.shape();
    line(
        "global batch",
        "%,d = %s x %d%s",
        shape.globalBatch(),
        Counts.of(training.workers(), "worker"),
        training.batchPerWorker(),
        shape.globalBatch() > shape.rows() ? "; more than train has: lower it, or the rate" : "");
    line(
        "updates",
        "%,d an epoch, %,d in %s",
        shape.updates(),
        plan.rate().course().updates(),
        Counts.of(training.epochs(), "epoch"));
    line("precision", "%s", RecipeWords.precision(training));
    line("rounds", "%s", RoundWords.of(config.averaging().every(), shape, plan.rate()));
    line("rate", "peak %s", plan.rate().derivation());
    config.divergence().words().ifPresent(words -> line("divergence", "%s", words));
  }

  private void averaging() {
    line("averaging", "%s", AveragingWords.of(config));
    line(
        "bytes a round",
        "%s down and %s up for each worker; the %s is made on %s%s",
        megabytes(plan.cargo().bytesDown()),
        megabytes(plan.cargo().bytesUp()),
        config.averaging().exchange().updatesOnDriver() ? "sum" : "average",
        plan.onExecutors() ? "executors" : "the driver",
        less());
  }

  /** What gradients would send less. */
  private String less() {
    var averaging = config.averaging();
    long gradients = Float.BYTES * plan.network().part().moving();
    boolean may = averaging.every().isAlwaysOne() && averaging.outer().vectors() == 0;
    return may && plan.cargo().bytesDown() > gradients
        ? "; averaging.exchange: gradients would send %s each way".formatted(megabytes(gradients))
        : "";
  }

  private void memory() {
    line(
        "memory",
        "an executor of one worker %s; the driver %s",
        inWords(plan.executor(1)),
        inWords(plan.driver()));
  }

  private void watched() {
    long examples = plan.data().get(config.evaluation().split().ordinal());
    line("evaluation", "%s", RecipeWords.evaluation(config.evaluation(), examples));
    line("diagnostics", "%s", DiagnosticsWords.of(config, plan.shape()));
  }

  private static String inWords(MemoryNeed need) {
    return "%s of heap and %s outside".formatted(megabytes(need.heap()), megabytes(need.outside()));
  }

  private void line(String name, String format, Object... values) {
    lines.add("%-14s ".formatted(name) + String.format(Locale.ROOT, format, values));
  }

  private static String megabytes(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
