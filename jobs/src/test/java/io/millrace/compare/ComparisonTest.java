package io.millrace.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.metrics.Figures;
import io.millrace.metrics.MetricsStore;
import io.millrace.metrics.SampleMetrics;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;

  private String run(String name, int epochs, String data, String... settings) throws IOException {
    RunFolder run = RunFolder.open(hadoop, folder.toString(), name);
    String config =
        ConfigWriter.yaml(ConfigReader.read("run.yaml", "name: x", Arrays.asList(settings)));
    // As an earlier version let it pass.
    run.write(RunFolder.CONFIG, config.replace("elsewhere", "s3a://key:hush@lake"));
    run.write(
        RunFolder.MANIFEST,
        "{\"fingerprints\": {\"data\": \"%s\"}, \"compute\": {\"native_binary\": \"onednn\"}}"
            .formatted(data.repeat(64)));
    MetricsStore store = new MetricsStore(run);
    SampleMetrics.of(epochs).forEach(store::add);
    store.write();
    return folder.resolve(name).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {RunFolder.METRICS, RunFolder.MANIFEST})
  void aFileOfARunThatIsDamagedIsNamed(String file) throws IOException {
    List<String> two = List.of(run("base", 3, "a"), run("other", 2, "a"));
    Path damaged = Path.of(two.get(1), file);
    Files.writeString(damaged, Files.readString(damaged).substring(0, 40));
    assertThatThrownBy(() -> Comparison.of(hadoop, two))
        .isInstanceOf(WrongInputException.class)
        .hasMessageStartingWith("Cannot read file:%s: ", damaged)
        .hasMessageEndingWith(" is damaged (train --resume auto writes it anew)")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theTableHasTheFiguresOfEachAndSettingsThatDiffer() throws IOException {
    Comparison two =
        Comparison.of(
            hadoop,
            List.of(
                run("base", 3, "a", "output=elsewhere"),
                run(
                    "rate",
                    2,
                    "a",
                    "learningRate.base=0.2",
                    "augment=[horizontal_flip, {rotate: {max: 7}}]")));
    assertThat(two.settings().keySet()).containsExactly("augment", "learningRate.base");
    assertThat(two.settings().get("learningRate.base")).containsExactly("0.1", "0.2");
    assertThat(two.notices()).isEmpty();
    assertThat(two.table().get(1)).startsWith("base", "3", "159").contains("91.03 %", "3");
    assertThat(two.table()).hasSize(3).allMatch(row -> row.size() == two.table().get(0).size());
    List<String> csv = two.csv().lines().toList();
    assertThat(csv.get(0)).endsWith("training_seconds,augment,learningRate.base");
    assertThat(csv.get(1)).startsWith("base,file:").endsWith(",[],0.1");
    assertThat(csv.get(2)).contains("\"[{horizontal_flip=");
    assertThat(two.csv() + two.html()).doesNotContain("hush");
  }

  @Test
  void thePageDrawsEachRunOverAllEpochs() throws IOException {
    String html =
        Comparison.of(hadoop, List.of(run("<a>", 3, "a"), run("b", 5, "a", "seed=2"))).html();
    assertThat(html)
        .contains("<h1>&lt;a&gt;, b</h1>", "<td>seed</td>", "class=\"l1\"", "class=\"l2\"")
        .contains("epoch 5, b: ")
        .doesNotContain("<a>", "epoch 5, &lt;a&gt;: 0", "NaN", "class=\"notice\"");
    String three = Figures.number(SampleMetrics.of(3).get(2).valLoss());
    String five = Figures.number(SampleMetrics.of(5).get(4).valLoss());
    assertThat(html)
        .as("each with the last value of its own")
        .contains("&lt;a&gt; at the end: %s, b at the end: %s.".formatted(three, five))
        .contains("</i>&lt;a&gt; <b>%s</b>".formatted(three), "</i>b <b>%s</b>".formatted(five));
  }

  @Test
  void runsOfOtherDataSetsAreSaid() throws IOException {
    Comparison three =
        Comparison.of(hadoop, List.of(run("a", 1, "a"), run("b", 1, "b"), run("c", 1, "a")));
    assertThat(three.notices())
        .containsExactly(
            "These runs are of different data sets, so their figures are not of the same images: aaaaaaaaaaaa: a, c; bbbbbbbbbbbb: b");
    assertThat(three.html()).contains("class=\"notice\">These runs are of different data sets");
  }

  @Test
  void runsOfOneNameAreToldApartByTheirFolders() throws IOException {
    Comparison two = Comparison.of(hadoop, List.of(run("x/r", 1, "a"), run("y/r", 1, "a")));
    assertThat(two.table()).extracting(row -> row.get(0)).containsExactly("run", "x/r", "y/r");
  }

  @Test
  void whatIsNoRunIsRefusedByName() throws IOException {
    String run = run("a", 1, "a");
    String none = Files.createDirectory(folder.resolve("none")).toString();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(hadoop, List.of(run, none)))
        .withMessage(
            "Invalid run: %s (must be the folder of a run, it has no config.yaml)".formatted(none));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(hadoop, List.of(run, run("b", 0, "a"))))
        .withMessage("Cannot compare %s/b: it has no epoch that has ended".formatted(folder));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(hadoop, List.of(run, run + "/")))
        .withMessage("Invalid runs: %s/ twice (must be one of each)".formatted(run));
    String link = Files.createSymbolicLink(folder.resolve("link"), Path.of(run)).toString();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(hadoop, List.of(run, link)))
        .withMessage("Invalid runs: %s twice (must be one of each)".formatted(link));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(hadoop, List.of(run)))
        .withMessage("Invalid runs: %s (must be two at least)".formatted(run));
  }
}
