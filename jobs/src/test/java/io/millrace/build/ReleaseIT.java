package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of what is in the jar, which the build makes. */
class ReleaseIT {
  private static List<String> components() throws IOException {
    JsonNode list =
        new ObjectMapper().readTree(Files.readString(Path.of("target/millrace.cdx.json")));
    assertThat(list.path("bomFormat").asText()).isEqualTo("CycloneDX");
    List<String> components = new ArrayList<>();
    for (JsonNode each : list.path("components")) {
      components.add(
          "%s:%s:%s"
              .formatted(
                  each.path("group").asText(),
                  each.path("name").asText(),
                  each.path("version").asText()));
    }
    return components;
  }

  @Test
  void theListNamesWhatIsInTheJarAndWhatItWantsOfSpark() throws IOException {
    assertThat(components())
        .contains(
            "org.nd4j:nd4j-native:1.0.0-M2.1",
            "org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1",
            "org.apache.spark:spark-core_2.12:3.5.7",
            "org.yaml:snakeyaml:2.0")
        .noneMatch(each -> each.startsWith("org.junit") || each.startsWith("org.assertj"));
  }

  @Test
  void whatHasKnownHolesIsNotInIt() throws IOException {
    assertThat(components())
        .contains("at.yawk.lz4:lz4-java:1.10.1")
        .noneMatch(each -> each.startsWith("org.lz4:lz4-java"))
        .noneMatch(each -> each.startsWith("org.bytedeco:opencv"));
    try (Stream<String> spark =
        Stream.of(Files.readString(Path.of("target/spark.classpath")).split(":"))) {
      assertThat(spark.filter(jar -> jar.contains("lz4-java")))
          .singleElement()
          .asString()
          .endsWith("lz4-java-1.10.1.jar");
    }
  }
}
