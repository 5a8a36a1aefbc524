package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedConfigTest {
  private static final Variables TONIGHT =
      Variables.of(Map.of("LAKE", "lake")).on(LocalDate.of(2026, 11, 21));

  static List<Path> configs() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "conf"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyShippedConfigLoadsAndReadsBackEqual(Path file) throws IOException {
    RunConfig config =
        ConfigReader.read(file.toString(), Files.readString(file), List.of(), TONIGHT);
    assertThat(config.name()).isEqualTo(file.getFileName().toString().replace(".yaml", ""));
    assertThat(ConfigReader.read("again", ConfigWriter.yaml(config), List.of())).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyShippedConfigIsHeadedBySourceAccuracyWallTimeAndCommand(Path file) throws IOException {
    assertThat(Files.readString(file))
        .contains("# Source: ", "Expected", "# Wall time: ", "# Command: deploy/");
  }
}
