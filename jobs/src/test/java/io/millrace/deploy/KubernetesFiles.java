package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** The files for Kubernetes, and what their fields may be. */
final class KubernetesFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private KubernetesFiles() {}

  /** The documents of a file of YAML. */
  static List<JsonNode> documents(Path file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    LoaderOptions once = new LoaderOptions();
    once.setAllowDuplicateKeys(false);
    new Yaml(once).loadAll(Files.readString(file)).forEach(each -> documents.add(json(each)));
    return documents;
  }

  private static JsonNode json(Object yaml) {
    return MAPPER.valueToTree(yaml);
  }

  /** Files of the spark-operator's resources in a folder. */
  static List<Path> applications(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> found = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        if (documents(file).get(0).path("apiVersion").asText().startsWith("sparkoperator.")) {
          found.add(file);
        }
      }
      return found;
    }
  }

  /** The JSON Schema in a definition of a custom resource, in which unknown fields are refused. */
  static JsonSchema ofDefinition(Path definition) throws IOException {
    JsonNode versions = documents(definition).get(0).at("/spec/versions");
    return schema(strict(versions.get(0).at("/schema/openAPIV3Schema")));
  }

  static JsonSchema schema(JsonNode schema) {
    return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema);
  }

  /**
   * OpenAPI's form of a schema as Kubernetes takes it: fields that no {@code properties} name are
   * refused, and what may be a number or a text has no type.
   */
  static JsonNode strict(JsonNode schema) {
    if (schema.isArray()) {
      schema.forEach(KubernetesFiles::strict);
    } else if (schema instanceof ObjectNode object) {
      if (object.path("properties").isObject() && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      if (object.path("x-kubernetes-int-or-string").asBoolean()) {
        object.remove("type");
      }
      object.forEach(KubernetesFiles::strict);
    }
    return schema;
  }

  /** What is wrong with a document, in the validator's words. */
  static List<String> problems(JsonSchema schema, JsonNode document) {
    return schema.validate(document).stream().map(ValidationMessage::getMessage).sorted().toList();
  }
}
