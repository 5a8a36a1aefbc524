package io.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.settings.Names;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of a config file as a JSON Schema (draft 7, which editors read): what {@link KeyTable}
 * says to people. It takes what the reader takes, but for a rule that ties two keys together; a
 * variable of the environment may stand for any value.
 */
public final class ConfigSchema {
  /** A user's own class in the place of a choice. */
  private static final String OWN = "^[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)+$";

  private static final String ONE_NAME = "kind";

  private final ObjectMapper json = new ObjectMapper();
  private final ScalarSchema scalars = new ScalarSchema(json);
  private final ObjectNode definitions = json.createObjectNode();

  private ConfigSchema() {}

  /** The schema of a config of this kind, as text. */
  public static String of(Class<? extends Record> type, String title) {
    var schema = new ConfigSchema();
    ObjectNode root = schema.json.createObjectNode();
    root.put("$schema", "http://json-schema.org/draft-07/schema#").put("title", title);
    root.setAll(schema.section(type));
    schema.definitions.set("variable", schema.scalars.variable());
    root.set("definitions", schema.definitions);
    try {
      var printer = new DefaultPrettyPrinter();
      printer.indentObjectsWith(new DefaultIndenter(" ", "\n"));
      return schema.json.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A record's keys, and beside the name of a choice the keys of what is named. */
  private ObjectNode section(Class<?> type) {
    ObjectNode schema = json.createObjectNode();
    schema.putArray("type").add("object").add("null");
    ObjectNode properties = schema.putObject("properties");
    Set<String> fixed = new LinkedHashSet<>();
    List<RecordComponent> inline = new ArrayList<>();
    ArrayNode required = json.createArrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      fixed.add(component.getName());
      properties.set(component.getName(), value(type, component));
      if (key.inline()) {
        inline.add(component);
      }
      if (key.value().equals(Key.REQUIRED)) {
        required.add(component.getName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (inline.isEmpty()) {
      return schema.put("additionalProperties", false);
    }
    beside(schema, properties, fixed, inline);
    return schema;
  }

  /** A condition for each choice: which keys may stand there where it is named. */
  private void beside(
      ObjectNode schema, ObjectNode properties, Set<String> fixed, List<RecordComponent> inline) {
    for (RecordComponent component : inline) {
      Choices.of(KeyTable.item(component))
          .values()
          .forEach(
              choice -> {
                for (RecordComponent own : choice.getRecordComponents()) {
                  if (!properties.has(own.getName())) {
                    properties
                        .putObject(own.getName())
                        .put("description", own.getAnnotation(Key.class).doc());
                  }
                }
              });
    }
    // Of one choice at a time; a section has one.
    RecordComponent component = inline.get(0);
    String standard = component.getAnnotation(Key.class).value();
    ArrayNode all = schema.putArray("allOf");
    Choices.of(KeyTable.item(component))
        .forEach(
            (name, choice) -> {
              ObjectNode named = json.createObjectNode();
              named.putObject("properties").putObject(component.getName()).put("const", name);
              if (!name.equals(standard)) {
                named.putArray("required").add(component.getName());
              }
              ObjectNode then = all.addObject().set("if", named);
              ObjectNode keys = json.createObjectNode();
              ObjectNode own = section(choice);
              keys.set("properties", own.get("properties"));
              if (own.has("required")) {
                keys.set("required", own.get("required"));
              }
              ArrayNode names = keys.putObject("propertyNames").putArray("enum");
              fixed.forEach(names::add);
              own.get("properties").fieldNames().forEachRemaining(names::add);
              then.set("then", keys);
            });
  }

  private ObjectNode value(Class<?> section, RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    ObjectNode schema =
        component.getType() == Written.class
            ? written(section, component)
            : KeyTable.isList(component)
                ? list(KeyTable.item(component), key)
                : one(component.getType(), key);
    schema.put("description", key.doc());
    boolean said = !Set.of(Key.REQUIRED, "null", "{}").contains(key.value());
    if (said && !schema.has("$ref")) {
      schema.set("default", scalars.parsed(key.value()));
    }
    return schema;
  }

  private ObjectNode list(Class<?> item, Key key) {
    ObjectNode array = json.createObjectNode().put("type", "array");
    array.set("items", one(item, key));
    return key.one()
        ? either(array, one(item, key), json.createObjectNode().put("type", "null"))
        : array;
  }

  private ObjectNode one(Class<?> type, Key key) {
    if (ScalarReader.reads(type)) {
      return scalars.of(type, key);
    }
    String name = nameOf(type);
    if (!definitions.has(name)) {
      definitions.putObject(name); // before it is made: some choices hold others of their kind
      ObjectNode made = type.isRecord() ? section(type) : choice(type);
      definitions.set(name, made);
    }
    ObjectNode reference = reference(name);
    ObjectNode whole = json.createObjectNode();
    if (key.inline()) {
      return names(type);
    }
    if (key.value().equals("null")) {
      return either(reference, json.createObjectNode().put("type", "null"));
    }
    whole.putArray("allOf").add(reference);
    return whole;
  }

  private static String nameOf(Class<?> type) {
    return Names.of(type).replaceAll(".*[.$]", "");
  }

  private ObjectNode reference(String definition) {
    return json.createObjectNode().put("$ref", "#/definitions/" + definition);
  }

  /** The names alone, whose keys stand beside them. */
  private ObjectNode names(Class<?> type) {
    ObjectNode names = json.createObjectNode();
    ArrayNode all = names.putArray("enum");
    Choices.of(type).keySet().forEach(all::add);
    return either(names, json.createObjectNode().put("type", "string").put("pattern", OWN));
  }

  /** A bare name, a number for what a number stands for, or a name with its keys in two forms. */
  private ObjectNode choice(Class<?> type) {
    String typeName = nameOf(type);
    List<ObjectNode> forms = new ArrayList<>(List.of(names(type)));
    Choices.number(type)
        .map(each -> each.getRecordComponents()[0])
        .ifPresent(only -> forms.add(scalars.of(only.getType(), only.getAnnotation(Key.class))));
    Choices.of(type)
        .forEach(
            (name, record) -> {
              String keys = typeName + "." + name;
              ObjectNode own = section(record);
              ((ObjectNode) own.get("properties")).putObject(ONE_NAME).put("const", name);
              own.put("description", record.getAnnotation(Named.class).doc());
              definitions.set(keys, own);
              ObjectNode beside = json.createObjectNode().put("type", "object");
              beside.putArray("required").add(ONE_NAME);
              beside.putArray("allOf").add(reference(keys));
              forms.add(beside);
              ObjectNode within = json.createObjectNode().put("type", "object");
              within.putObject("properties").set(name, reference(keys));
              within.putArray("required").add(name);
              forms.add(within.put("additionalProperties", false));
            });
    return either(forms.toArray(ObjectNode[]::new));
  }

  /** What is set in another section: any of its keys, or any at all where there is no such one. */
  private ObjectNode written(Class<?> section, RecordComponent component) {
    String rule = component.getAnnotation(Key.class).rule();
    ObjectNode keys = json.createObjectNode().put("type", "object");
    ObjectNode nothing = json.createObjectNode().put("type", "null");
    Map<String, RecordComponent> sections = new LinkedHashMap<>();
    if (section == StageConfig.class) {
      Arrays.stream(RunConfig.class.getRecordComponents())
          .forEach(each -> sections.put(each.getName(), each));
    }
    RecordComponent meant = sections.get(component.getName());
    if (rule.startsWith("a list")) {
      ObjectNode array = json.createObjectNode().put("type", "array");
      if (meant != null) {
        array.set("items", one(KeyTable.item(meant), meant.getAnnotation(Key.class)));
      }
      return either(array, nothing);
    }
    if (meant != null) {
      ArrayNode names = keys.putObject("propertyNames").putArray("enum");
      ((ObjectNode) section(meant.getType()).get("properties"))
          .fieldNames()
          .forEachRemaining(names::add);
    }
    return rule.startsWith("keys")
        ? either(keys, nothing)
        : either(json.createObjectNode().put("type", "string"), keys);
  }

  private ObjectNode either(ObjectNode... schemas) {
    ObjectNode either = json.createObjectNode();
    either.putArray("anyOf").addAll(List.of(schemas));
    return either;
  }
}
