package io.millrace.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.backend.Compute;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a run was made with: enough to make it again, bit for bit.
 *
 * @param startedAt when it started, UTC
 * @param command the command line that started it, without secrets; empty for a program's own run
 * @param seed its seed
 * @param input what the network is fed with, and by whose mean and deviation, in words
 * @param weights the file that its first weights come from and what was taken of it, in words;
 *     empty without one
 * @param versions of Millrace, its git revision, Spark, DL4J, ND4J, JDK
 * @param compute native binary, instruction set, threads of a replica
 * @param fingerprints of config, plan, data and model
 */
public record RunManifest(
    String startedAt,
    String command,
    long seed,
    String input,
    List<String> weights,
    Map<String, String> versions,
    Map<String, String> compute,
    Map<String, String> fingerprints) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** The manifest of a run that starts now in this JVM. */
  public static RunManifest now(
      String command,
      long seed,
      String input,
      List<String> weights,
      Map<String, String> compute,
      Map<String, String> fingerprints) {
    return new RunManifest(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Secrets.hidden(command),
        seed,
        input,
        weights.stream().map(Secrets::hidden).toList(),
        currentVersions(),
        new TreeMap<>(compute),
        new TreeMap<>(fingerprints));
  }

  /** The same with what the workers, who agree in it, computed with. */
  public RunManifest computedBy(Compute workers) {
    Map<String, String> all = new TreeMap<>(compute);
    all.put("native_binary", workers.binary());
    all.put("isa", workers.isa());
    all.put("openmp_threads", workers.threads());
    all.put("blas_kernels", workers.blas());
    all.put("caches_kb", workers.caches());
    return new RunManifest(startedAt, command, seed, input, weights, versions, all, fingerprints);
  }

  /**
   * The manifest that lies in a run's folder, maybe of another version; empty where there is none
   * or it is damaged.
   */
  public static Optional<JsonNode> in(RunFolder folder) throws IOException {
    String text = folder.text(RunFolder.MANIFEST).orElse("");
    try {
      return Optional.of(JSON.readTree(text)).filter(all -> all.has("fingerprints"));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** As JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Versions of Millrace, its git revision, Spark, DL4J, ND4J and the JDK, as they run here. */
  public static Map<String, String> currentVersions() {
    Map<String, String> versions = new TreeMap<>(builtWith());
    versions.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    versions.put("jdk", System.getProperty("java.runtime.version"));
    return versions;
  }

  /** Versions that Maven wrote down; the jar that is submitted has no manifest of its parts. */
  public static Map<String, String> builtWith() {
    Properties properties = new Properties();
    try (InputStream in = RunManifest.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> versions = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> versions.put(key, properties.getProperty(key)));
    return versions;
  }
}
