package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Answers;
import io.millrace.evaluate.Calibration;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.Mistake;
import io.millrace.store.FileVersion;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code evaluate} leaves beside a model. */
class EvaluationFileTest extends EvaluatedShades {
  private JsonNode file(String model, String expected) throws IOException {
    EvaluationReport report =
        new EvaluationReport(
            Split.TEST,
            20,
            0.25,
            0.5,
            1,
            new long[][] {{10, 0}, {10, 0}},
            new Calibration(0.25, List.of(new Calibration.Bin(20, 0.75, 0.5))),
            List.of(new Mistake(1, 0, 1, 1, 0, 2.5, 0.9)),
            1);
    Evaluated evaluated =
        new Evaluated(
            model,
            FileVersion.of(hadoop, new org.apache.hadoop.fs.Path(model)),
            Optional.of(card("dark", "bright")),
            List.of("dark", "bright"),
            PreparedDataset.open(config.dataset().path(), hadoop),
            report,
            new Answers(new long[0], new boolean[0]));
    assertThat(EvaluationFile.write(hadoop, config.dataset().path(), evaluated))
        .isEqualTo("file:" + dir.resolve(expected));
    return new ObjectMapper().readTree(dir.resolve(expected).toFile());
  }

  @Test
  void theResultOfAModelThatWasReplacedMeanwhileIsNotWritten() throws IOException {
    prepare(0.5, Split.TEST);
    Evaluated evaluated = evaluate(model(2), null);
    assertThat(dir.resolve("set").toFile().list()).noneMatch(name -> name.startsWith(".reader"));
    write("run/model.zip", network(3));
    assertThatThrownBy(() -> EvaluationFile.write(hadoop, config.dataset().path(), evaluated))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot write the evaluation of %s: it was replaced while it was evaluated (evaluate it again)",
            evaluated.model());
  }

  @Test
  void theResultStandsBesideTheModel() throws IOException {
    prepare(0.5, Split.TEST);
    String model = model(card("dark", "bright"));
    JsonNode file = file(model, "run/evaluation-test.json");
    assertThat(file.get("model").asText()).isEqualTo(model);
    assertThat(file.get("run").asText()).isEqualTo("nightly");
    assertThat(file.get("network").asText()).isEqualTo("cifar-resnet of depth 8");
    assertThat(file.get("data").asText()).isEqualTo(config.dataset().path());
    assertThat(file.get("data_fingerprint").asText()).isEqualTo("f");
    assertThat(file.get("split").asText()).isEqualTo("test");
    assertThat(file.get("examples").asInt()).isEqualTo(20);
    assertThat(file.get("top1").asDouble()).isEqualTo(0.5);
    assertThat(file.get("top5").asDouble()).isEqualTo(1);
    assertThat(file.get("classes").toString()).isEqualTo("[\"dark\",\"bright\"]");
    assertThat(file.get("confusion").toString()).isEqualTo("[[10,0],[10,0]]");
    assertThat(file.get("per_class").toString())
        .isEqualTo(
            "[{\"name\":\"dark\",\"precision\":0.5,\"recall\":1.0,\"f1\":0.6666666666666666,\"support\":10},"
                + "{\"name\":\"bright\",\"precision\":null,\"recall\":0.0,\"f1\":0.0,\"support\":10}]");
    assertThat(file.get("confused").toString())
        .isEqualTo("[{\"label\":\"bright\",\"predicted\":\"dark\",\"examples\":10,\"share\":1.0}]");
    assertThat(file.get("calibration").toString())
        .isEqualTo(
            "{\"ece\":0.25,\"bins\":[{\"examples\":20,\"confidence\":0.75,\"accuracy\":0.5}]}");
    assertThat(file.get("worst").toString())
        .as("a set without origins names no file")
        .isEqualTo(
            "[{\"label\":\"bright\",\"predicted\":\"dark\",\"confidence\":0.9,\"loss\":2.5,"
                + "\"file\":null,\"row\":null}]");
    assertThat(EvaluationFile.of(RunFolder.open(hadoop, dir.toString(), "run")))
        .singleElement()
        .satisfies(read -> assertThat(read.worst().get(0).label()).isEqualTo("bright"));
  }

  @Test
  void resultsOfOtherSetsAndModelsStandBesideIt() throws IOException {
    prepare(0.5, Split.TEST);
    String model = model(card("dark", "bright"));
    String second = write("run/old.zip", network(2).with(card("dark", "bright")));
    file(model, "run/evaluation-test.json");
    file(second, "run/old.zip.evaluation-test.json");
    prepare("0123456789", 0.5, Split.TEST);
    file(model, "run/evaluation-test-set-01234567.json");
    Path notes = Files.writeString(dir.resolve("run/evaluation-notes.json"), "{}");

    EvaluationFile.discard(RunFolder.open(hadoop, dir.toString(), "run"));
    assertThat(dir.resolve("run/evaluation-test.json")).doesNotExist();
    assertThat(dir.resolve("run/evaluation-test-set-01234567.json")).doesNotExist();
    assertThat(dir.resolve("run/old.zip.evaluation-test.json")).exists();
    assertThat(notes).exists();
  }
}
