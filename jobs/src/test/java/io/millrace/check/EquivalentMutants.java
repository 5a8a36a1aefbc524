package io.millrace.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alterations that change nothing that a formula says, each with its reason. A line is {@code class
 * | method | mutation | how many of them | reason}; empty lines and lines that begin with # are for
 * people. An entry is used up by as many mutants as it says; one more is a failure, and so is one
 * fewer.
 */
final class EquivalentMutants {
  /**
   * An alteration.
   *
   * @param type its class, by full name
   * @param method its method
   * @param mutation what was altered, in PIT's words
   */
  record Mutant(String type, String method, String mutation) {}

  private final Map<Mutant, Integer> left = new LinkedHashMap<>();

  EquivalentMutants(List<String> lines) {
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" \\| ", 5);
        if (parts.length < 5 || parts[4].isBlank()) {
          throw new IllegalArgumentException(
              "Invalid entry: %s (must be class | method | mutation | times | reason)"
                  .formatted(line));
        }
        Mutant mutant = new Mutant(parts[0], parts[1], parts[2]);
        if (left.put(mutant, Integer.parseInt(parts[3])) != null) {
          throw new IllegalArgumentException(
              "Invalid entry: %s (must stand there once)".formatted(line));
        }
      }
    }
  }

  static EquivalentMutants read() throws IOException {
    try (InputStream in = EquivalentMutants.class.getResourceAsStream("/mutants/equivalent.txt")) {
      return new EquivalentMutants(
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** Whether a mutant that survives stands among them; it uses its entry up. */
  boolean matches(Mutant mutant) {
    Integer times = left.get(mutant);
    if (times == null || times == 0) {
      return false;
    }
    left.put(mutant, times - 1);
    return true;
  }

  /** Entries that too few mutants have matched, each in words. */
  List<String> unmatched() {
    return left.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(
            entry ->
                "equivalent.txt: %s | %s | %s: %d of them did not survive, or are not there"
                    .formatted(
                        entry.getKey().type(),
                        entry.getKey().method(),
                        entry.getKey().mutation(),
                        entry.getValue()))
        .toList();
  }
}
