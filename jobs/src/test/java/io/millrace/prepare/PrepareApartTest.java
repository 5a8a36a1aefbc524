package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prepared set and its source stay apart. */
class PrepareApartTest {
  @TempDir private Path folder;
  private Path lake;

  @BeforeEach
  void makeLake() throws IOException {
    lake = folder.resolve("a lake");
    for (int i = 0; i < 6; i++) {
      Path file = lake.resolve(i % 2 == 0 ? "cat" : "dog").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(i));
    }
  }

  @Test
  void aSetInItsSourceIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), lake);
    Path deep = Files.createSymbolicLink(folder.resolve("deep"), lake.resolve("cat"));
    for (String set :
        List.of(
            lake + "/prepared",
            lake + "/deep/er/prepared/",
            "file:" + lake + "/prepared",
            "file://" + lake + "/prepared",
            lake + "/../a lake/prepared",
            folder + "/none/../a lake/prepared",
            link + "/prepared",
            deep + "/prepared")) {
      assertThatThrownBy(() -> prepare(source(lake), train(set)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid dataset.path: %s (must not lie in source.path, %s)".formatted(set, lake));
    }
    try (var children = Files.list(lake)) {
      assertThat(children).hasSize(2);
    }
  }

  @Test
  void aSourceInTheSetIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), lake.resolve("cat"));
    assertThatThrownBy(() -> prepare(source(link), train(lake.toString())))
        .hasMessage(
            "Invalid dataset.path: %s (must not contain source.path, %s)".formatted(lake, link));
    assertThatThrownBy(() -> prepare(source(lake + "/"), train(folder.toString())))
        .hasMessage(
            "Invalid dataset.path: %s (must not contain source.path, %s/)".formatted(folder, lake));
    assertThatThrownBy(() -> prepare(source(lake), train("file:" + lake)))
        .hasMessage(
            "Invalid dataset.path: file:%s (must not be source.path, %s)".formatted(lake, lake));
  }

  @Test
  void aNameThatOnlyBeginsAsTheSourceIsAnotherPlace() throws IOException {
    Apart.require(lake.toString(), lake + "-prepared", new Configuration());
    Apart.require(lake + "/cat", lake + "/cat2/set", new Configuration());
    Apart.require(lake + "/[cd]*", lake + "/set", new Configuration());
    assertThatThrownBy(() -> Apart.require(lake + "/d*", lake + "/dog/set", new Configuration()))
        .hasMessage(
            "Invalid dataset.path: %1$s/dog/set (must not lie in source.path, %1$s/d*)"
                .formatted(lake));
  }

  @Test
  void preparedSetsInASourceAreLeftOutAndSaid() throws IOException {
    Path set = folder.resolve("set");
    prepare(source(lake), train(folder.resolve("first").toString()));
    Files.move(folder.resolve("first"), lake.resolve("old"));
    Path unfinished = lake.resolve("cat/data-20260101-000000000-0123abcd");
    Files.createDirectories(unfinished);
    Files.write(unfinished.resolve("train-00000.parquet"), new byte[4]);
    PrepareReport report = prepare(source(lake), train(set.toString()));
    assertThat(open(set).classes()).containsExactly("cat", "dog");
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(6);
    assertThat(report.lines())
        .contains(
            "left out     a prepared data set, old: 2 files",
            "left out     a prepared data set, cat/data-20260101-000000000-0123abcd: 1 file");
    PrepareReport again = prepare(source(lake), train(set.toString()));
    assertThat(again.upToDate()).isTrue();
    assertThat(again.lines()).contains("left out     a prepared data set, old: 2 files");
  }

  @Test
  void aPreparedSetIsNoSource() throws IOException {
    Path first = folder.resolve("first");
    var manifest = prepare(source(lake), train(first.toString())).manifest();
    String data = manifest.splits().get(Split.TRAIN).files().get(0).path();
    for (Path path : List.of(first, first.resolve(data), first.resolve(data).getParent())) {
      assertThatThrownBy(() -> prepare(source(path), train(folder.resolve("set").toString())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid source.path: %s (must not be a prepared data set; name the source that it was made of)"
                  .formatted(path));
    }
  }
}
