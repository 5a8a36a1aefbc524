package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The files in deploy/kubernetes against the definitions of the spark-operator itself, which are
 * its {@code config/crd/bases}: {@code JAVA_TOOL_OPTIONS=-Dcrds=FOLDER deploy/check kubernetes}.
 */
public final class KubernetesCheck implements Check {
  private static final Path FOLDER = Path.of("deploy/kubernetes");

  @Override
  public void run(CheckReport report) throws IOException {
    String crds = System.getProperty("crds");
    if (crds == null || !Files.isDirectory(Path.of(crds))) {
      throw new IllegalArgumentException(
          "Invalid crds: %s (must be the folder config/crd/bases of the spark-operator: JAVA_TOOL_OPTIONS=-Dcrds=FOLDER)"
              .formatted(crds));
    }
    for (Path file : KubernetesFiles.applications(FOLDER)) {
      JsonNode document = KubernetesFiles.documents(file).get(0);
      String kind = document.path("kind").asText().toLowerCase(Locale.ROOT);
      var schema =
          KubernetesFiles.ofDefinition(
              Path.of(crds, "sparkoperator.k8s.io_%ss.yaml".formatted(kind)));
      List<String> problems = KubernetesFiles.problems(schema, document);
      report.count(file + " " + problems, problems.isEmpty());
      String misspelt = document.toString().replace("\"memoryOverhead\"", "\"memoryOverHead\"");
      JsonNode wrong = new com.fasterxml.jackson.databind.ObjectMapper().readTree(misspelt);
      List<String> said = KubernetesFiles.problems(schema, wrong);
      report.count("misspelt: " + said, said.size() == 2);
    }
  }
}
