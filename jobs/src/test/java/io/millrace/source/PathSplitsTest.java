package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule of Hugging Face's page "File names and splits", with a refusal where that guesses. */
class PathSplitsTest {
  @ParameterizedTest
  @CsvSource({
    "train.parquet, TRAIN",
    "train-00000-of-00001.parquet, TRAIN",
    "my_train_file.parquet, TRAIN",
    "mydigits_test.parquet, TEST",
    "validation1.parquet, VALIDATION",
    "data/Val.2017.parquet, VALIDATION",
    "a/dev/x.parquet, VALIDATION",
    "default/train/0000.parquet, TRAIN",
    "default/partial-train/0000.parquet, TRAIN",
    "eval set.parquet, TEST",
    "evaluation/0.parquet, TEST",
    "TESTING/0.parquet, TEST",
    "split=test/label=train/0.parquet, TEST",
    "t10k-images-idx3-ubyte.gz, TEST",
    "emnist-letters-train-images-idx3-ubyte, TRAIN",
    "test/train-0.parquet, TEST",
    "validation_experiments/train-0.parquet, TRAIN",
  })
  void aPathTellsItsSplit(String path, Split split) {
    assertThat(new PathSplits(true, "label").of(path)).isEqualTo(split);
    assertThat(PathSplits.NONE.of(path)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trainer.parquet",
        "latest.parquet",
        "part-0.parquet",
        "label=train/0.parquet",
        "Waldev/1.parquet"
      })
  void aNameThatOnlyHoldsAWordTellsNothing(String path) {
    assertThat(PathSplits.of(List.of(path), "label", "lake").told()).isFalse();
    String escaped = path.replace("label=", "the%20label=");
    assertThat(PathSplits.of(List.of(escaped), "the label", "lake").told()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train/val/0.parquet", "train-test.parquet"})
  void twoSplitsInOnePathAreRefused(String path) {
    assertThatThrownBy(() -> PathSplits.of(List.of(path), "label", "lake"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot read "
                + path
                + ": its path tells the splits \\[train, (validation|test)\\] \\(must be one;"
                + " source.splitByPath: false makes all files train\\)");
  }

  @Test
  void pathsOfWhichSomeTellNothingAreRefused() {
    assertThatThrownBy(
            () -> PathSplits.of(List.of("a/more.parquet", "a/x_test.parquet"), "label", "lake"))
        .hasMessage(
            "Cannot read lake: a/x_test.parquet tells a split by its path, a/more.parquet does not"
                + " (must be all or none: a folder called train, validation or test, or that word"
                + " in the name; source.splitByPath: false makes all of them train)");
  }

  @Test
  void filesOfOtherSplitsThanTheChosenAreLeftOutAndCounted() {
    List<SourceFiles.Entry> files = new ArrayList<>();
    for (String path : List.of("test-0", "test-1", "train-0", "val-0")) {
      files.add(new SourceFiles.Entry(path, 1, 1));
    }
    List<String> leftOut = new ArrayList<>();
    var told = new PathSplits(true, "label");
    assertThat(told.choose(files, List.of(Split.TRAIN, Split.VALIDATION), leftOut))
        .extracting(SourceFiles.Entry::path)
        .containsExactly("train-0", "val-0");
    assertThat(leftOut).containsExactly("2 files of test, which source.splits does not name");
    assertThat(told.choose(files, List.of(), leftOut)).hasSize(4);
    assertThat(PathSplits.NONE.choose(files, List.of(Split.TRAIN), leftOut)).hasSize(4);
    assertThatThrownBy(() -> PathSplits.NONE.choose(files, List.of(Split.TEST), new ArrayList<>()))
        .hasMessage("Invalid source.splits: [test] (must name one that is there: train)");
  }
}
