package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every series of conf/ablation loads, and each of its runs plans on Fashion-MNIST's images. */
class ShippedSeriesTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    FashionSample.prepare(folder);
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "conf", "ablation"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyShippedSeriesLoadsAndItsRunsPlan(Path file) throws IOException {
    Series series =
        SeriesReader.read(
            file.toString(),
            Files.readString(file),
            List.of(
                "dataset.path=" + folder.resolve("set"),
                "evaluation.split=validation",
                "output=" + folder.resolve("out")),
            path -> Files.readString(Path.of(path)));
    assertThat(series.name()).isEqualTo(file.getFileName().toString().replace(".yaml", ""));
    assertThat(series.config().seeds()).hasSizeGreaterThanOrEqualTo(3);
    SparkConf roomy = new SparkConf().set("spark.driver.memory", "20g");
    SeriesPlan plan = SeriesPlan.of(series, new Configuration(), roomy);
    assertThat(plan.runs()).hasSameSizeAs(series.runs().toList());
    assertThat(plan.lines()).last().asString().startsWith("runs=" + plan.runs().size() + " done=0");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyShippedSeriesIsHeadedBySourceAccuracyWallTimeAndCommand(Path file) throws IOException {
    assertThat(Files.readString(file))
        .contains("# Source: ", "Expected", "# Wall time: ", "# Command: deploy/");
  }
}
