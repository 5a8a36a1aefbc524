package io.millrace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Who works in a folder: what stands in a lease.
 *
 * @param id of this lease alone
 * @param command what it does there: {@code train}, {@code prepare}
 * @param host name of its host
 * @param process its process
 * @param application its Spark application
 * @param since when it began, UTC, for people alone: no clock decides anything
 * @param parts what of the folder it reads; empty for the one who writes there
 * @param beatMillis how often it gives a sign of life
 * @param beats signs of life so far
 */
public record Holder(
    String id,
    String command,
    String host,
    ProcessMark process,
    String application,
    String since,
    List<String> parts,
    long beatMillis,
    long beats) {
  /** Nobody waits for a sign of life that a damaged number puts off. */
  private static final Duration LONGEST_BEAT = Duration.ofDays(1);

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** This process, as it begins a command. */
  public static Holder here(String command, String application) {
    return new Holder(
        UUID.randomUUID().toString(),
        command,
        ProcessMark.host(),
        ProcessMark.here(),
        application,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        List.of(),
        0,
        0);
  }

  /** What it does, behind "Cannot". */
  String verb() {
    return switch (command) {
      case "series" -> "run the series";
      case "lr-find" -> "find a rate";
      case "rollback" -> "roll back";
      default -> command;
    };
  }

  Holder reading(Collection<String> names) {
    return new Holder(
        id, command, host, process, application, since, List.copyOf(names), beatMillis, beats);
  }

  Holder beating(long millis) {
    return new Holder(id, command, host, process, application, since, parts, millis, beats);
  }

  Holder alive() {
    return new Holder(id, command, host, process, application, since, parts, beatMillis, beats + 1);
  }

  byte[] toJson() {
    try {
      return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who left this text; empty for one that is half written or of another format. */
  static Optional<Holder> parse(String text) {
    try {
      Holder holder = JSON.readValue(text, Holder.class);
      return Optional.ofNullable(holder).filter(Holder::isWhole);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private boolean isWhole() {
    return id != null
        && process != null
        && process.machine() != null
        && parts != null
        && parts.stream().allMatch(Objects::nonNull)
        && beatMillis >= 0
        && beatMillis <= LONGEST_BEAT.toMillis();
  }

  @Override
  public String toString() {
    return "%s on %s (process %d, application %s, since %s)"
        .formatted(command, host, process.pid(), application, since);
  }
}
