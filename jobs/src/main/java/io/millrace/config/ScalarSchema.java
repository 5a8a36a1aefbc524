package io.millrace.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.settings.Key;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@link ScalarReader} takes, as JSON Schema. */
final class ScalarSchema {
  private static final String NUMBER = "[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?";

  private final ObjectMapper json;

  ScalarSchema(ObjectMapper json) {
    this.json = json;
  }

  /** A text with a variable in it. */
  ObjectNode variable() {
    return json.createObjectNode().put("type", "string").put("pattern", "\\$\\{[A-Za-z_]\\w*\\}");
  }

  /** A value of that type, null where that is the default, or a variable. */
  ObjectNode of(Class<?> type, Key key) {
    ObjectNode schema = json.createObjectNode();
    ArrayNode forms = schema.putArray("anyOf");
    if (type == String.class) {
      forms.add(text(key));
    } else if (type.isEnum()) {
      ArrayNode names = forms.addObject().putArray("enum");
      for (Object constant : type.getEnumConstants()) {
        String name = ScalarReader.name((Enum<?>) constant);
        names.add(name);
        if (name.equals("true") || name.equals("false")) {
          names.add(Boolean.parseBoolean(name));
        }
      }
    } else if (type == boolean.class || type == Boolean.class) {
      forms.addObject().put("type", "boolean");
    } else {
      forms.add(number(type, key));
    }
    if (key.value().equals("null")) {
      forms.addObject().put("type", "null");
    }
    forms.addObject().put("$ref", "#/definitions/variable");
    return schema;
  }

  /** A default, or any other YAML text of one value. */
  JsonNode parsed(String yaml) {
    return yaml.matches(NUMBER)
        ? json.valueToTree(
            yaml.matches("[-+]?\\d+") ? (Object) Long.valueOf(yaml) : Double.valueOf(yaml))
        : json.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
  }

  /** What stands without quotes may be a number or a truth value to YAML. */
  private ObjectNode text(Key key) {
    ObjectNode text = json.createObjectNode();
    text.putArray("type").add("string").add("number").add("boolean");
    if (key.pattern().isEmpty()) {
      text.put("minLength", 1);
    } else {
      text.put("pattern", "^(?:" + key.pattern() + ")$");
    }
    return text;
  }

  private ObjectNode number(Class<?> type, Key key) {
    boolean whole = type != double.class && type != Double.class;
    ObjectNode number = json.createObjectNode().put("type", whole ? "integer" : "number");
    bound(number, key.above() ? "exclusiveMinimum" : "minimum", key.min());
    bound(number, key.below() ? "exclusiveMaximum" : "maximum", key.max());
    return number;
  }

  private static void bound(ObjectNode number, String word, double bound) {
    if (bound == Math.rint(bound) && Double.isFinite(bound)) {
      number.put(word, (long) bound);
    } else if (Double.isFinite(bound)) {
      number.put(word, bound);
    }
  }
}
