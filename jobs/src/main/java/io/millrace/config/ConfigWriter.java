package io.millrace.config;

import io.millrace.settings.Key;
import io.millrace.store.Redaction;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

  /** Every key by its dotted path, with its value as text, secrets aside; a list is one value. */
  public static Map<String, String> flat(RunConfig config) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", keys(config), flat);
    return flat;
  }

  static void flatten(String path, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, child) -> flatten(RecordReader.join(path, "" + key), child, flat));
    } else {
      flat.put(path, Redaction.of(String.valueOf(value)));
    }
  }

  /** The same to be kept and shown: a secret is the variable that it came from. */
  public static String shown(RunConfig config) {
    return Redaction.of(yaml(config));
  }

  /** A choice as one says it: {@code random_crop height 28, width 28, padding 2}. */
  public static String words(Object choice) {
    return words(Choices.nameOf(choice.getClass()), keys((Record) choice));
  }

  private static String words(String name, Map<?, ?> keys) {
    String said =
        keys.entrySet().stream()
            .filter(each -> each.getValue() != null)
            .map(each -> each.getKey() + " " + said(each.getValue()))
            .collect(Collectors.joining(", "));
    return (name + " " + said).strip();
  }

  /** A value; a choice in a list is said by its own name and keys. */
  private static String said(Object value) {
    if (value instanceof List<?> list) {
      boolean choices = !list.isEmpty() && list.get(0) instanceof Map;
      return list.stream()
          .map(ConfigWriter::said)
          .collect(Collectors.joining(choices ? "; " : ", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> choice
        && choice.size() == 1
        && choice.values().iterator().next() instanceof Map<?, ?> keys) {
      return words(String.valueOf(choice.keySet().iterator().next()), keys);
    }
    return String.valueOf(value);
  }

  /** The keys beside each key of a section that names a choice alone, which are the choice's. */
  static Map<String, List<String>> inlineKeys(Record section) {
    Map<String, List<String>> inline = new LinkedHashMap<>();
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (component.getAnnotation(Key.class).inline()) {
        try {
          var accessor = component.getAccessor();
          accessor.setAccessible(true);
          inline.put(
              component.getName(), List.copyOf(keys((Record) accessor.invoke(section)).keySet()));
        } catch (ReflectiveOperationException e) {
          throw new LinkageError("Cannot read " + component, e);
        }
      }
    }
    return inline;
  }

  static Map<String, Object> keys(Record record) {
    return keys(record, key -> true);
  }

  /** The keys of a record that meet a condition, and of the records in it, with their values. */
  static Map<String, Object> keys(Record record, Predicate<Key> which) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      if (!which.test(key)) {
        continue;
      }
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        Object value = accessor.invoke(record);
        if (key.inline()) {
          keys.put(component.getName(), Choices.nameOf(value.getClass()));
          keys.putAll(keys((Record) value, which));
        } else {
          keys.put(component.getName(), value(component.getGenericType(), value, which));
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("Cannot read " + component, e);
      }
    }
    return keys;
  }

  private static Object value(Type type, Object value, Predicate<Key> which) {
    if (value instanceof List<?> list) {
      Type item = ((ParameterizedType) type).getActualTypeArguments()[0];
      List<Object> values = new ArrayList<>(); // never a shared instance, which YAML would anchor
      list.forEach(each -> values.add(value(item, each, which)));
      return values;
    }
    if (value instanceof Enum<?> constant) {
      String name = ScalarReader.name(constant);
      return name.equals("true") || name.equals("false") ? Boolean.valueOf(name) : name;
    }
    if (value instanceof Written written) {
      return written.value();
    }
    if (!(value instanceof Record record)) {
      return value;
    }
    Map<String, Object> keys = keys(record, which);
    if (type instanceof Class<?> choice
        && Choices.are(choice)
        && Choices.number(choice).filter(record.getClass()::equals).isPresent()) {
      return keys.values().iterator().next();
    }
    return type == record.getClass() ? keys : Map.of(Choices.nameOf(record.getClass()), keys);
  }
}
