package io.millrace.plan;

import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.image.AugmentRules;
import io.millrace.recipe.OptimizerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a config says that changes nothing, as another of its keys is off. */
final class IdleSettings {
  /**
   * Keys that have no effect where another has a value.
   *
   * @param off the key that switches them off
   * @param value its value that does
   * @param keys what is then without effect
   */
  private record Rule(String off, String value, List<String> keys) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("loss.labelSmoothing", "0.0", List.of("loss.smoothingAmong")),
          new Rule(
              "loss.distillation.cacheLogits",
              "false",
              List.of("loss.distillation.cacheMegabytes")),
          new Rule("learningRate.scaling", "none", List.of("learningRate.referenceBatch")),
          new Rule("shuffle.order", "exact", List.of("shuffle.window")),
          new Rule(
              "earlyStopping.patience",
              "0",
              List.of("earlyStopping.metric", "earlyStopping.threshold")),
          new Rule(
              "divergence.action",
              "stop",
              List.of("divergence.rateFactor", "divergence.skip", "divergence.limit")),
          new Rule("faults.timeFactor", "0.0", List.of("faults.timeFloor")),
          new Rule("diagnostics.share", "0.0", List.of("diagnostics.images", "diagnostics.kinds")));

  private static final Rule DECAY =
      new Rule("optimizer.weightDecay", "0.0", List.of("optimizer.decay", "optimizer.decayBias"));

  private IdleSettings() {}

  /** A line for each, {@code key: value; the other key is its value}. */
  static List<String> of(RunConfig config) {
    Map<String, String> said = ConfigWriter.flat(config);
    Map<String, String> defaults = ConfigWriter.flat(ConfigReader.read("", "", List.of()));
    List<String> idle =
        new ArrayList<>(AugmentRules.idle(config.augment(), config.input().channels()));
    for (Rule rule : RULES) {
      if (said.get(rule.off()).equals(rule.value())) {
        add(rule, said, defaults, idle);
      }
    }
    if (decaysNothing(config.optimizer())) {
      add(DECAY, said, defaults, idle);
    }
    return idle;
  }

  private static boolean decaysNothing(OptimizerConfig optimizer) {
    return optimizer.weightDecay() == 0
        && optimizer.groups().stream()
            .allMatch(group -> group.weightDecay() == null || group.weightDecay() == 0);
  }

  private static void add(
      Rule rule, Map<String, String> said, Map<String, String> defaults, List<String> idle) {
    for (String key : rule.keys()) {
      if (!Objects.equals(said.get(key), defaults.get(key))) {
        String value = rule.value().replaceFirst("\\.0$", "");
        idle.add("%s: %s; %s is %s".formatted(key, said.get(key), rule.off(), value));
      }
    }
  }
}
