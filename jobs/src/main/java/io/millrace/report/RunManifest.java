package io.millrace.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;

/**
 * What a run was made with: enough to make it again, bit for bit.
 *
 * @param startedAt when it started, UTC
 * @param seed its seed
 * @param versions of Millrace, its git revision, Spark, DL4J, ND4J, JDK
 * @param compute native binary, instruction set, threads of a replica
 * @param fingerprints of config, plan, data and model
 */
public record RunManifest(
    String startedAt,
    long seed,
    Map<String, String> versions,
    Map<String, String> compute,
    Map<String, String> fingerprints) {
  private static final String UNKNOWN = "unknown";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** The manifest of a run that starts now in this JVM. */
  public static RunManifest now(
      long seed, Map<String, String> compute, Map<String, String> fingerprints) {
    return new RunManifest(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        seed,
        currentVersions(),
        new TreeMap<>(compute),
        new TreeMap<>(fingerprints));
  }

  /** As JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> currentVersions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put(
        "millrace", Optional.ofNullable(attribute("Implementation-Version")).orElse(UNKNOWN));
    versions.put("git_revision", Optional.ofNullable(attribute("Git-Revision")).orElse(UNKNOWN));
    versions.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    versions.put("dl4j", maven("org.deeplearning4j", "deeplearning4j-nn"));
    versions.put("nd4j", maven("org.nd4j", "nd4j-api"));
    versions.put("jdk", System.getProperty("java.runtime.version"));
    return versions;
  }

  /** An attribute of the manifest of the jar that this class is in; null outside a jar. */
  private static String attribute(String name) {
    try {
      Path source =
          Path.of(RunManifest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!source.toString().endsWith(".jar")) {
        return null;
      }
      try (JarFile jar = new JarFile(source.toFile())) {
        return jar.getManifest() == null
            ? null
            : jar.getManifest().getMainAttributes().getValue(name);
      }
    } catch (IOException | URISyntaxException | RuntimeException e) {
      return null;
    }
  }

  private static String maven(String group, String artifact) {
    String resource = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream in = RunManifest.class.getResourceAsStream(resource)) {
      if (in == null) {
        return UNKNOWN;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
