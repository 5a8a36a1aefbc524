package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What an earlier version resolved, every key with its value, in the words of today: so a run whose
 * checkpoint is of before a key was renamed can go on. What people write is not read through this:
 * they are told the new word.
 */
final class EarlierConfig {
  private static final String EXCHANGE = "exchange";

  private final Map<String, Object> config;

  private EarlierConfig(Map<String, Object> config) {
    this.config = config;
  }

  /** The config as YAML; one of today is as it was, and so is what is no config. */
  static String today(String yaml) {
    Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    if (!(tree instanceof Map<?, ?> keys)) {
      return yaml;
    }
    Map<String, Object> config = new LinkedHashMap<>();
    keys.forEach((key, value) -> config.put(String.valueOf(key), value));
    EarlierConfig earlier = new EarlierConfig(config);
    earlier.model();
    earlier.init();
    earlier.mixup();
    earlier.exchange();
    earlier.scaling();
    return config.equals(keys) ? yaml : new Yaml().dump(config);
  }

  /** An architecture had the keys of all, and a configuration of DL4J took the place of one. */
  private void model() {
    Map<String, Object> model = section("model");
    if (model.containsKey("configuration") && !"dl4j".equals(model.get("architecture"))) {
      boolean given = model.get("configuration") != null;
      String name = given ? "dl4j" : String.valueOf(model.get("architecture"));
      model.put("architecture", name);
      model
          .keySet()
          .retainAll(given ? Set.of("architecture", "configuration", "zeroGamma") : known(name));
      config.put("model", model);
    }
  }

  private static Set<String> known(String architecture) {
    return architecture.equals("resnet50")
        ? Set.of("architecture", "zeroGamma")
        : Set.of("architecture", "depth", "shortcut", "zeroGamma");
  }

  /** Where weights start was one text: kaiming, or the path of a model.zip. */
  private void init() {
    if (config.get("init") instanceof String text) {
      config.put("init", text.equals("kaiming") ? Map.of("kind", text) : Map.of("from", text));
    }
  }

  /** Mixup was its alpha, 0 for none. */
  private void mixup() {
    Map<String, Object> loss = section("loss");
    if (loss.remove("mixup") instanceof Number alpha) {
      if (alpha.doubleValue() > 0) {
        loss.put("mixing", Map.of("mixup", Map.of("alpha", alpha)));
      }
      config.put("loss", loss);
    }
  }

  /** The exchange was its width; in bf16 went differences. */
  private void exchange() {
    Map<String, Object> averaging = section("averaging");
    Object width = averaging.get(EXCHANGE);
    if ("fp32".equals(width) || "bf16".equals(width)) {
      averaging.put("wire", width);
      averaging.put(EXCHANGE, "bf16".equals(width) ? "differences" : "weights");
      config.put("averaging", averaging);
    }
  }

  /** Scaling was whether it is linear. */
  private void scaling() {
    Map<String, Object> rate = section("learningRate");
    if (rate.remove("linearScaling") instanceof Boolean linear) {
      rate.put("scaling", linear ? "linear" : "none");
      config.put("learningRate", rate);
    }
  }

  private Map<String, Object> section(String name) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (config.get(name) instanceof Map<?, ?> keys) {
      keys.forEach((key, value) -> section.put(String.valueOf(key), value));
    }
    return section;
  }
}
