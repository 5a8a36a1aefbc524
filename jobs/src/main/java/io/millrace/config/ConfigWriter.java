package io.millrace.config;

import io.millrace.settings.Key;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes a resolved config, every key with its value, so that it reads back equal. */
public final class ConfigWriter {
  private ConfigWriter() {}

  /** The config as YAML. */
  public static String yaml(RunConfig config) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(1000);
    return new Yaml(options).dump(keys(config));
  }

  /** A choice as one says it: {@code random_crop height 28, width 28, padding 2}. */
  public static String words(Object choice) {
    String keys =
        keys((Record) choice).entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return (Choices.nameOf(choice.getClass()) + " " + keys).strip();
  }

  /** Every dotted key with its value as text, for comparing two configs. */
  public static Map<String, String> flat(RunConfig config) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", keys(config), flat);
    return flat;
  }

  /**
   * SHA-256, in hexadecimal, of all that decides the weights of a run: not its name, its output
   * folder, how long it waits or what it keeps.
   */
  public static String fingerprint(RunConfig config) {
    Map<String, String> flat = flat(config);
    List.of("name", "output", "training.startTimeout", "training.keepCheckpoints")
        .forEach(flat::remove);
    return DigestUtils.sha256Hex(flat.toString());
  }

  private static void flatten(String path, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, child) -> flatten(path.isEmpty() ? "" + key : path + "." + key, child, flat));
    } else {
      flat.put(path, String.valueOf(value));
    }
  }

  private static Map<String, Object> keys(Record record) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        Object value = accessor.invoke(record);
        if (component.getAnnotation(Key.class).inline()) {
          keys.put(component.getName(), Choices.nameOf(value.getClass()));
          keys.putAll(keys((Record) value));
        } else {
          keys.put(component.getName(), value(component.getGenericType(), value));
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("Cannot read " + component, e);
      }
    }
    return keys;
  }

  private static Object value(Type type, Object value) {
    if (value instanceof List<?> list) {
      Type item = ((ParameterizedType) type).getActualTypeArguments()[0];
      List<Object> values = new ArrayList<>(); // never a shared instance, which YAML would anchor
      list.forEach(each -> values.add(value(item, each)));
      return values;
    }
    if (value instanceof Enum<?> constant) {
      String name = ScalarReader.name(constant);
      return name.equals("true") || name.equals("false") ? Boolean.valueOf(name) : name;
    }
    if (!(value instanceof Record record)) {
      return value;
    }
    return type == record.getClass()
        ? keys(record)
        : Map.of(Choices.nameOf(record.getClass()), keys(record));
  }
}
