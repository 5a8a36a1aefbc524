package io.millrace.config;

import io.millrace.image.ImageOperation;
import io.millrace.settings.Key;
import io.millrace.settings.OneOf;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Two configs that differ in one key.
 *
 * @param key as in the table of keys
 * @param resolved the dotted key in a resolved config, where a list is one value
 * @param before the one
 * @param after the other
 */
public record OtherValue(String key, String resolved, RunConfig before, RunConfig after) {
  private static final Pattern WHOLE = Pattern.compile("\\b\\d+\\b");

  /** What a stage may set anew, by section. */
  private static final Map<String, List<String>> WRITTEN =
      Map.of(
          "optimizer", List.of("{weightDecay: 0.5}", "{weightDecay: 0.25}"),
          "learningRate", List.of("{base: 0.5}", "{base: 0.25}"),
          "loss", List.of("{labelSmoothing: 0.5}", "{labelSmoothing: 0.25}"),
          "augment", List.of("[horizontal_flip]", "[vertical_flip]"),
          "averaging", List.of("{every: 2}", "{every: 3}"));

  /** Two configs for every key, and for every key of everything that a config may name. */
  public static List<OtherValue> ofEachKey() {
    return Found.ALL;
  }

  /** Found by trial, once a JVM. */
  private static final class Found {
    static final List<OtherValue> ALL = all();

    private static List<OtherValue> all() {
      List<OtherValue> all = new ArrayList<>();
      collect(RunConfig.class, "", List.of(), all);
      return List.copyOf(all);
    }
  }

  @Override
  public String toString() {
    return key;
  }

  private static void collect(Class<?> type, String path, List<String> base, List<OtherValue> all) {
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> item = KeyTable.item(component);
      String key = path + component.getName();
      if (item.isRecord() && !KeyTable.isList(component)) {
        collect(item, key + ".", base, all);
        continue;
      }
      all.add(
          find(
              key,
              key,
              with(base, type, path),
              values(component),
              value -> value == null ? List.of() : List.of(key + "=" + value)));
      if (item.isRecord()) {
        inOne(
            item,
            key + "[].",
            key,
            base,
            all,
            List.of(own -> List.of("%s=[%s]".formatted(key, own))));
      } else if (Choices.are(item)) {
        Choices.of(item).forEach((name, choice) -> chosen(component, name, choice, path, all));
      }
    }
  }

  private static void chosen(
      RecordComponent component, String name, Class<?> choice, String path, List<OtherValue> all) {
    String key = path + component.getName();
    if (component.getAnnotation(Key.class).inline()) {
      List<String> base = new ArrayList<>(List.of(key + "=" + name));
      required(choice).forEach((own, value) -> base.add(path + own + "=" + value));
      collect(choice, path, base, all);
    } else if (KeyTable.isList(component)) {
      inOne(choice, key + "[]." + name + ".", key, List.of(), all, items(component, key, name));
    } else {
      boolean asNumber = KeyTable.item(component).getAnnotation(OneOf.class).number() == choice;
      inOne(
          choice,
          key + "." + name + ".",
          asNumber ? key : null,
          List.of(),
          all,
          List.of(own -> List.of("%s={%s: %s}".formatted(key, name, own))));
    }
  }

  /** The keys of one record that is written as a whole, {@code {key: value, ..}}. */
  private static void inOne(
      Class<?> type,
      String path,
      String resolved,
      List<String> base,
      List<OtherValue> all,
      List<Function<String, List<String>>> places) {
    for (RecordComponent component : type.getRecordComponents()) {
      String key = path + component.getName();
      all.add(
          alone(type).stream()
              .flatMap(keys -> places.stream().map(place -> setting(keys, component, place)))
              .flatMap(
                  setting ->
                      tried(
                          key, resolved == null ? key : resolved, base, values(component), setting)
                          .stream())
              .findFirst()
              .orElseThrow(() -> new AssertionError("no two values of " + key + " can be read")));
    }
  }

  private static Function<String, List<String>> setting(
      Map<String, String> keys, RecordComponent component, Function<String, List<String>> place) {
    return value -> place.apply(flow(with(keys, component, value)));
  }

  /** A list of one; of operations on images also one that ends at the size of the input. */
  private static List<Function<String, List<String>>> items(
      RecordComponent component, String key, String name) {
    Function<String, List<String>> one = own -> List.of("%s=[{%s: %s}]".formatted(key, name, own));
    String size = "{resize: {height: 224, width: 224}}";
    return KeyTable.item(component) == ImageOperation.class
        ? List.of(
            own -> List.of("%s=[{%s: %s}, %s]".formatted(key, name, own, size)),
            own -> List.of("%s=[%s, {%s: %s}]".formatted(key, size, name, own)))
        : List.of(one);
  }

  /** What has to be given of a record, then the same with a value of each key more. */
  private static List<Map<String, String>> alone(Class<?> type) {
    List<Map<String, String>> all = new ArrayList<>(List.of(required(type)));
    for (RecordComponent component : type.getRecordComponents()) {
      for (String value : values(component)) {
        all.add(with(required(type), component, value));
      }
    }
    return all;
  }

  private static Map<String, String> with(
      Map<String, String> keys, RecordComponent component, String value) {
    Map<String, String> more = new LinkedHashMap<>(keys);
    if (value != null) {
      more.put(component.getName(), value);
    }
    return more;
  }

  /** The base alone, then with a value of each key of a section: some need another to be set. */
  private static List<List<String>> with(List<String> base, Class<?> section, String path) {
    List<List<String>> all = new ArrayList<>(List.of(base));
    for (RecordComponent component : section.getRecordComponents()) {
      for (String value : values(component)) {
        List<String> more = new ArrayList<>(base);
        more.add(path + component.getName() + "=" + value);
        all.add(more);
      }
    }
    return all;
  }

  /** The first two configs that can be read; {@code setting} is asked for no value first. */
  private static OtherValue find(
      String key,
      String resolved,
      List<List<String>> bases,
      List<String> values,
      Function<String, List<String>> setting) {
    return bases.stream()
        .flatMap(base -> tried(key, resolved, base, values, setting).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no two values of %s among %s can be read".formatted(key, values)));
  }

  private static Optional<OtherValue> tried(
      String key,
      String resolved,
      List<String> base,
      List<String> values,
      Function<String, List<String>> setting) {
    List<RunConfig> configs =
        Stream.concat(Stream.of((String) null), values.stream())
            .map(value -> Stream.concat(base.stream(), setting.apply(value).stream()).toList())
            .flatMap(overrides -> read(overrides).stream())
            .distinct()
            .limit(2)
            .toList();
    return configs.size() == 2
        ? Optional.of(new OtherValue(key, resolved, configs.get(0), configs.get(1)))
        : Optional.empty();
  }

  private static Optional<RunConfig> read(List<String> overrides) {
    try {
      return Optional.of(ConfigReader.read("test", "", overrides));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  /** Values to try, as YAML. */
  private static List<String> values(RecordComponent component) {
    if (component.getType() == Written.class) {
      return WRITTEN.get(component.getName());
    }
    List<String> values = single(KeyTable.item(component), component.getAnnotation(Key.class));
    return KeyTable.isList(component) ? values.stream().map("[%s]"::formatted).toList() : values;
  }

  private static List<String> single(Class<?> type, Key key) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(each -> ScalarReader.name((Enum<?>) each))
          .toList();
    }
    if (type == boolean.class || type == Boolean.class) {
      return List.of("true", "false");
    }
    if (type == String.class) {
      return key.rule().startsWith("a date")
          ? List.of("2026-11-20", "2026-11-21")
          : List.of("other", "more", "1", "2");
    }
    if (Choices.are(type)) {
      return Choices.of(type).entrySet().stream()
          .filter(each -> !isMadeOf(type, each.getValue()))
          .map(each -> "{%s: %s}".formatted(each.getKey(), flow(required(each.getValue()))))
          .toList();
    }
    return type.isRecord() ? records(type) : numbers(type, key);
  }

  /** Whether a choice has others of its kind in it. */
  private static boolean isMadeOf(Class<?> type, Class<?> choice) {
    return Arrays.stream(choice.getRecordComponents())
        .anyMatch(component -> KeyTable.item(component) == type);
  }

  private static List<String> records(Class<?> type) {
    List<String> all = new ArrayList<>(List.of(flow(required(type))));
    for (RecordComponent component : type.getRecordComponents()) {
      Map<String, String> other = required(type);
      other.put(component.getName(), values(component).get(1));
      all.add(flow(other));
    }
    return all;
  }

  /** Values around the default, and for whole numbers those that are told to people. */
  private static List<String> numbers(Class<?> type, Key key) {
    boolean set = key.value().matches("[-+\\d.eE]+");
    double value = set ? Double.parseDouble(key.value()) : 1;
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return Stream.concat(
              LongStream.of(1, 2, 3, 4, 5, 6, -1, -2, 0)
                  .mapToObj(more -> "" + ((long) value + more)),
              WHOLE.matcher(key.doc()).results().map(MatchResult::group))
          .toList();
    }
    return DoubleStream.of(value / 2, value * 2, 0.5, 0.25, 1, 2, value + 1)
        .mapToObj(Double::toString)
        .toList();
  }

  /** First values of the keys that have no default. */
  private static Map<String, String> required(Class<?> type) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAnnotation(Key.class).value().equals(Key.REQUIRED)) {
        keys.put(component.getName(), values(component).get(0));
      }
    }
    return keys;
  }

  private static String flow(Map<String, String> keys) {
    return keys.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
