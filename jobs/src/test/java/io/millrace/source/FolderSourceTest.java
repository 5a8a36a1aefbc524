package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.dataset.Split;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
  @TempDir Path lake;

  @Test
  void aTestWithoutClassFoldersIsLeftOutAndSaid() throws IOException {
    touch("train/cats/1.jpg", "train/dogs/2.jpg", "test/3.jpg", "test/4.jpg");
    OpenedSource source = open(true, List.of());
    assertThat(source.labels()).containsExactly("cats", "dogs");
    assertThat(source.splits()).containsExactly("train");
    assertThat(source.source().leftOut()).containsExactly("2 images of test in no class folder");
  }

  @Test
  void imagesOfTrainInNoClassFolderAreRefused() throws IOException {
    touch("train/cats/1.jpg", "train/2.jpg", "test/cats/3.jpg");
    assertThatThrownBy(() -> open(true, List.of()))
        .hasMessage(
            "Cannot read %s: 1 of its images are in no class folder, the first is train/2.jpg (must"
                + " be <class>/<image> or <split>/<class>/<image>; a name that starts with _ is left"
                + " out)",
            lake);
  }

  @Test
  void aSplitOfWhichTrainHasNoClassIsRefusedAndCanBeLeftOut() throws IOException {
    touch("train/n01/images/1.JPEG", "train/n02/images/2.JPEG", "val/images/3.JPEG");
    assertThatThrownBy(() -> open(true, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read %s: train has no folder of the classes of validation, images (must be"
                + " <split>/<class>/<image>; source.splits says which splits are read)",
            lake);
    OpenedSource source = open(true, List.of(Split.TRAIN, Split.TEST));
    assertThat(source.labels()).containsExactly("n01", "n02");
    assertThat(source.source().leftOut())
        .containsExactly("1 file of validation, which source.splits does not name");
  }

  @Test
  void aClassMayBeCalledTrainWherePathsTellNoSplit() throws IOException {
    touch("train/1.jpg", "bus/2.jpg");
    assertThatThrownBy(() -> open(true, List.of())).hasMessageContaining("source.splitByPath");
    OpenedSource source = open(false, List.of());
    assertThat(source.labels()).containsExactly("bus", "train");
    assertThat(source.splits()).containsExactly((String) null);
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    touch("cat/a.JPG", "cat/deep/b.png", "dog/c", "_other/d.png", "dog/_draft.png", "dog/.e.png");
    touch("train.csv", "emu/notes.txt");
    Files.createSymbolicLink(lake.resolve("dog/gone.png"), Path.of("nowhere.png"));
    OpenedSource source = open(true, List.of());
    assertThat(source.rows()).hasSize(3);
    assertThat(source.source().leftOut())
        .containsExactly(
            "dog/gone.png, a link to nothing (nowhere.png)",
            "2 paths with a name that begins with _: _other, dog/_draft.png",
            "2 files without an image's extension: 1 csv, 1 txt",
            "1 class folder without an image: emu");
  }

  @Test
  void eachOfSeveralFoldersIsASourceUnlessTheyAreSplits() throws IOException {
    touch("mon/cat/1.jpg", "mon/dog/2.jpg", "tue/cat/3.jpg", "train/emu/4.jpg", "val/emu/5.jpg");
    touch("deep/er/cat/6.jpg");
    OpenedSource days = several("mon", "tue");
    assertThat(days.labels()).containsExactly("cat", "dog");
    assertThat(days.splits()).containsExactly((String) null);
    OpenedSource splits = several("train", "val");
    assertThat(splits.labels()).containsExactly("emu");
    assertThat(splits.splits()).containsExactly("train", "validation");
    assertThatThrownBy(() -> several("mon", "deep/er"))
        .hasMessage(
            "Invalid source.path: %1$s/mon, %1$s/deep/er (must be folders of one depth, where"
                + " folders are the classes)",
            lake);
  }

  @Test
  void whatAPatternMatchesIsASourceAsInAListUnlessImagesLieInIt() throws IOException {
    touch("mon/cat/1.jpg", "mon/dog/deep/2.jpg", "tue/cat/3.jpg", "tue/notes.txt");
    assertThat(several("*").labels()).containsExactly("cat", "dog");
    assertThat(several("mon/*").labels()).containsExactly("cat", "dog");
    assertThat(several("tue/c*", "mon/d*").labels()).containsExactly("cat", "dog");
    assertThat(several("*/cat").labels()).containsExactly("cat");
  }

  private OpenedSource several(String... folders) throws IOException {
    List<String> paths = Arrays.stream(folders).map(each -> lake + "/" + each).toList();
    return OpenedSource.of(
        ConfigReader.read(
                "test", "", List.of("source.path=[%s]".formatted(String.join(", ", paths))))
            .source());
  }

  private OpenedSource open(boolean byPath, List<Split> splits) throws IOException {
    return OpenedSource.of(
        new SourceConfig(
            lake.toString(), Format.AUTO, "image", "label", null, byPath, splits, List.of(), null));
  }

  private void touch(String... paths) throws IOException {
    for (String path : paths) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, path);
    }
  }
}
