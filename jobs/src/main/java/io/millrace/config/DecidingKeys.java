package io.millrace.config;

import io.millrace.recipe.Course;
import io.millrace.settings.Key;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The keys of a config that decide the weights of a run, as {@link Key#decides} says: where one of
 * them differs, a run cannot go on from a checkpoint.
 */
public final class DecidingKeys {
  /** What a schedule follows does not depend on how long it does. */
  private static final Course ANY = new Course(1, 0, 1, 1);

  private DecidingKeys() {}

  /**
   * Every deciding key by its dotted path, with its value as text; a list is one value. Where the
   * rate follows a metric of validation, what that is measured on decides too.
   */
  public static Map<String, String> of(RunConfig config) {
    Map<String, String> flat = new TreeMap<>();
    ConfigWriter.flatten("", ConfigWriter.keys(config, Key::decides), flat);
    flat.remove("stages");
    for (int i = 0; i < config.stages().size(); i++) {
      ConfigWriter.flatten(
          "stages." + i, ConfigWriter.keys(config.stages().get(i), Key::decides), flat);
    }
    boolean steered =
        config
            .learningRate()
            .schedule()
            .feedback(ANY)
            .filter(each -> each.metric().isOfValidation())
            .isPresent();
    if (steered) {
      ConfigWriter.flatten(
          "evaluation", ConfigWriter.keys(config.evaluation(), Key::measures), flat);
    }
    return flat;
  }

  /** Those of a config that was resolved earlier, see {@link ConfigReader#resolved}. */
  public static Map<String, String> of(String yaml) {
    return of(ConfigReader.resolved(yaml));
  }

  /** The name under which another value of a dotted key may be accepted, if it may. */
  public static Optional<String> acceptedAs(String key) {
    Class<?> type = RunConfig.class;
    for (String name : key.split("\\.")) {
      Optional<RecordComponent> component =
          type.isRecord()
              ? Arrays.stream(type.getRecordComponents())
                  .filter(each -> each.getName().equals(name))
                  .findFirst()
              : Optional.empty();
      if (component.isEmpty()) {
        return Optional.empty();
      }
      String accept = component.get().getAnnotation(Key.class).accept();
      if (!accept.isEmpty()) {
        return Optional.of(accept);
      }
      type = component.get().getType();
    }
    return Optional.empty();
  }

  /** SHA-256 of the deciding keys, in hexadecimal. */
  public static String fingerprint(RunConfig config) {
    return DigestUtils.sha256Hex(of(config).toString());
  }
}
