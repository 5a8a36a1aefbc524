package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderLayoutTest {
  private static FolderLayout of(String... paths) {
    return FolderLayout.of(List.of(paths), "lake", false);
  }

  @ParameterizedTest
  @CsvSource({
    "cat/1.png, dog/2.png, , cat",
    "cat/deep/1.png, dog/2.png, , cat",
    "train/cat/1.png, test/cat/2.png, TRAIN, cat",
    "train/cat/1.png, test/2.png, TRAIN, cat",
    "train/cat/images/1.png, val/images/2.png, TRAIN, cat",
    "training_set/training_set/cat/1.png, test_set/test_set/dog/2.png, TRAIN, cat",
    "data/train2017/cat/1.png, data/val2017/cat/2.png, TRAIN, cat",
    "cat/train/1.png, dog/test/2.png, TRAIN, cat",
    "test_tube/1.png, beaker/2.png, , test_tube",
    "test_tube/1.png, test-strip/2.png, TEST, ",
    "split=train/label/1.png, split=test/label/2.png, TRAIN, label",
  })
  void pathsGiveSplitAndClassOfTheFirst(String first, String second, String split, String label) {
    if (label == null) {
      assertThatThrownBy(() -> of(first, second)).hasMessageContaining("are splits, no classes");
      return;
    }
    FolderLayout layout = of(first, second);
    assertThat(String.valueOf(layout.splitOf(first))).isEqualTo(String.valueOf(split));
    assertThat(layout.label(first)).isEqualTo(label);
  }

  @Test
  void anImageInTheFolderOfItsSplitHasNoClass() {
    assertThat(of("train/cat/1.png", "test/2.png").label("test/2.png")).isNull();
  }

  @Test
  void splitsThatWouldBeTheClassesAreRefused() {
    assertThatThrownBy(() -> FolderLayout.of(List.of("train/1.png", "test/2.png"), "lake", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read lake: its images lie in [test, train], which are splits, no classes (must"
                + " be <class>/<image> or <split>/<class>/<image>; source.splitByPath: false makes every"
                + " folder a class; labels of a metadata or"
                + " annotations file are not read: make Parquet of them, with"
                + " datasets.load_dataset(...) and to_parquet)");
    assertThatThrownBy(() -> of("all/train/1.png", "all/test/2.png"))
        .hasMessageContaining("its images lie in [test, train], which are splits, no classes");
  }

  @Test
  void foldersOfWhichSomeAreSplitsAreRefused() {
    assertThatThrownBy(() -> of("bus/1.png", "train/2.png"))
        .hasMessage(
            "Cannot read lake: train/2.png lies in the folder of a split, bus/1.png does not (must"
                + " be <class>/<image> or <split>/<class>/<image> for all; source.splitByPath:"
                + " false makes every folder a class)");
    assertThatThrownBy(() -> of("extra/cat/1.png", "train_set/cat/2.png", "test_set/cat/3.png"))
        .hasMessageContaining("train_set/cat/2.png lies in the folder of a split, extra/cat/1.png");
    assertThatThrownBy(() -> of("loose.png", "train/cat/1.png"))
        .hasMessageContaining("train/cat/1.png lies in the folder of a split, loose.png does not");
  }
}
