package io.millrace.config;

import io.millrace.settings.Key;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The keys of a config that decide the weights of a run, as {@link Key#decides} says: where one of
 * them differs, a run cannot go on from a checkpoint.
 */
public final class DecidingKeys {
  private DecidingKeys() {}

  /** Every deciding key by its dotted path, with its value as text; a list is one value. */
  public static Map<String, String> of(RunConfig config) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", ConfigWriter.keys(config, Key::decides), flat);
    return flat;
  }

  /**
   * Those of a config that was resolved earlier, maybe by an older version: a key that came since
   * has its default, which does what was done without it, and one that was renamed its new name.
   *
   * @param yaml all keys, as {@link ConfigWriter#yaml} wrote them
   * @throws ConfigException if the config can no longer be read
   */
  public static Map<String, String> of(String yaml) {
    return of(ConfigReader.read("config.yaml", EarlierConfig.today(yaml), List.of()));
  }

  /** SHA-256 of the deciding keys, in hexadecimal. */
  public static String fingerprint(RunConfig config) {
    return DigestUtils.sha256Hex(of(config).toString());
  }

  private static void flatten(String path, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, child) -> flatten(RecordReader.join(path, "" + key), child, flat));
    } else {
      flat.put(path, String.valueOf(value));
    }
  }
}
