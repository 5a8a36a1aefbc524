package io.millrace.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceFiles;
import io.millrace.store.Redaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/** Tells whether two runs of prepare have the same source and the same settings. */
final class SetFingerprint {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** Keys that came later: a set that was made before them is the same without. */
  static final List<String> NEWER = List.of("where", "table");

  /** What a snapshot comes of, which has a line of its own. */
  private static final List<String> ASKED = List.of("version", "timestamp", "tag");

  private SetFingerprint() {}

  /** All that a prepared set depends on besides source and seed. */
  static Map<String, Object> settings(
      SourceConfig source, DatasetConfig dataset, List<String> givenClasses) {
    var type = new TypeReference<TreeMap<String, Object>>() {};
    Map<String, Object> settings = new TreeMap<>();
    settings.putAll(JSON.convertValue(source, type));
    settings.putAll(JSON.convertValue(dataset, type));
    settings.remove("path");
    NEWER.forEach(key -> settings.remove(key, null));
    ASKED.forEach(settings::remove);
    settings.replaceAll((key, value) -> value instanceof String text ? Redaction.of(text) : value);
    settings.put("classes", givenClasses);
    return settings;
  }

  /**
   * SHA-256 of the source's files, by path, length and time of change, of where they were named,
   * and of the settings.
   */
  static String source(SourceFiles files, Map<String, Object> settings, long seed) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    update(digest, files.root() + "\n" + seed + "\n" + json(settings));
    if (files.depth() != 0 || files.matched() != 0) { // tells classes by folders; one path has none
      update(digest, "\n%d %d".formatted(files.depth(), files.matched()));
    }
    for (var file : files.files()) {
      update(digest, "\n%s %d %d".formatted(file.path(), file.bytes(), file.modified()));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of a value as JSON. */
  static String of(Object value) {
    return DigestUtils.sha256Hex(json(value));
  }

  /** A new name for the folder of a run. */
  static String snapshotName(String fingerprint) {
    var time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS").withZone(ZoneOffset.UTC);
    return "data-%s-%s".formatted(time.format(Instant.now()), fingerprint.substring(0, 8));
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }
}
