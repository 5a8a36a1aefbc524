package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the container files, which are not built here. */
class ContainerFilesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", ".")).resolve("../deploy/container");

  private static final Set<String> INSTRUCTIONS =
      Set.of("FROM", "USER", "RUN", "COPY", "ENV", "WORKDIR", "ENTRYPOINT", "LABEL", "ARG");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  /** Instructions, each in one line, without comments. */
  private static List<String> instructions(String text) {
    return text.replaceAll("(?m)^\\s*#.*\n", "")
        .replace("\\\n", " ")
        .lines()
        .map(line -> line.strip().replaceAll("\\s+", " "))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** What a careful reader would mind. */
  private static List<String> complaints(String text) {
    List<String> complaints = new ArrayList<>();
    List<String> lines = instructions(text);
    for (String line : lines) {
      String instruction = line.split(" ")[0];
      if (!INSTRUCTIONS.contains(instruction)) {
        complaints.add("unknown instruction: " + line);
      }
      if (instruction.equals("FROM") && !line.matches("FROM \\S+:[\\w.-]*\\d[\\w.-]*( AS \\w+)?")) {
        complaints.add("no version: " + line);
      }
      if (line.contains("apt-get install")
          && !(line.contains("--no-install-recommends") && line.contains("rm -rf /var/lib/apt/"))) {
        complaints.add("leaves more than it wants: " + line);
      }
      if (line.matches(".*(curl|wget|http://|https://|sudo ).*")) {
        complaints.add("fetches what nobody checked: " + line);
      }
      if (line.matches("(ENV|ARG) (?i).*(secret|password|token|key)\\w*=.*")) {
        complaints.add("a secret in a layer: " + line);
      }
    }
    if (!lines.get(lines.size() - 1).equals("USER 185")) {
      complaints.add("does not end as Spark's user");
    }
    return complaints;
  }

  @ParameterizedTest
  @MethodSource("files")
  void thereIsNothingToComplainOf(Path file) throws IOException {
    assertThat(complaints(Files.readString(file))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM apache/spark\nUSER 185\n",
        "FROM apache/spark:latest\nUSER 185\n",
        "FROM a:1\nRUN apt-get update && apt-get install -y tini\nUSER 185\n",
        "FROM a:1\nRUM true\nUSER 185\n",
        "FROM a:1\nENV STORE_PASSWORD=x\nUSER 185\n",
        "FROM a:1\nRUN curl -O example.org/x\nUSER 185\n",
        "FROM a:1\nUSER 185\nUSER root\n"
      })
  void otherwiseThereIs(String text) {
    assertThat(complaints(text)).hasSize(1);
  }

  @Test
  void eachTakesItsBackendsJarAndWhatKubernetesNames() throws IOException {
    for (String backend : List.of("cpu", "cuda")) {
      List<String> lines =
          instructions(Files.readString(FOLDER.resolve("Containerfile." + backend)));
      assertThat(lines)
          .contains(
              "COPY lib/millrace-*-%s.jar /opt/millrace/lib/millrace.jar".formatted(backend),
              "COPY conf /opt/millrace/conf",
              "COPY deploy /opt/millrace/deploy",
              "RUN rm -f /opt/spark/jars/lz4-java-*.jar",
              "COPY lib/lz4-java-*.jar /opt/spark/jars/");
    }
    assertThat(Files.readString(FOLDER.resolve("../kubernetes/train.yaml")))
        .contains("local:///opt/millrace/lib/millrace.jar")
        .contains("/opt/millrace/conf/log4j2.properties");
  }
}
