package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Example;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.prepare.JoinedSets.Part;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** What is new since other sets were prepared, and several sets taken as one. */
class IncrementTest extends WithLake {
  private static final double HELD_OUT = 0.3;

  private PrepareReport prepare(String name, Increment since) throws IOException {
    return PrepareJob.run(
        SharedSpark.session(),
        source(lake),
        dataset(folder.resolve(name)),
        1,
        since,
        PrepareListener.NONE,
        () -> false);
  }

  private static Increment heldOut() {
    return new Increment(List.of(), Set.of(), KnownExamples.NONE, HELD_OUT);
  }

  /** All that a report and these sets have read and made. */
  private Increment since(PrepareReport report, String... sets) {
    Set<String> read =
        report.read().files().stream()
            .map(file -> Increment.mark(report.read(), file))
            .collect(Collectors.toSet());
    List<PreparedDataset> there = new ArrayList<>();
    for (String each : sets) {
      there.add(open(folder.resolve(each)));
    }
    return new Increment(
        report.manifest().classes(),
        read,
        KnownExamples.of(SharedSpark.session(), there),
        HELD_OUT);
  }

  private PreparedDataset joined(String... sets) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (String each : sets) {
      DatasetManifest manifest = open(folder.resolve(each)).manifest();
      parts.add(new Part(each, manifest, EnumSet.allOf(Split.class)));
    }
    Path file = folder.resolve("both.json");
    Files.writeString(file, JoinedSets.of(parts).toJson());
    return PreparedDataset.open(file.toString(), new Configuration());
  }

  private static Set<Long> ids(PreparedDataset set, Split split) {
    Set<Long> ids = new TreeSet<>();
    set.examples(split).forEachRemaining(example -> ids.add(example.id()));
    return ids;
  }

  @Test
  void twoNightsJoinedAreTheWholeLake() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 60));
    PrepareReport first = prepare("one", heldOut());
    Lake.huggingFace(lake.resolve("b.parquet"), Lake.rows(60, 40));
    PrepareReport second = prepare("two", since(first, "one"));
    PrepareReport whole = prepare("all", heldOut());
    assertThat(second.read().files()).hasSize(1);

    PreparedDataset both = joined("one", "two");
    PreparedDataset all = open(folder.resolve("all"));
    for (Split split : Split.values()) {
      assertThat(ids(both, split)).isNotEmpty().isEqualTo(ids(all, split));
      assertThat(both.idSum(split)).isEqualTo(all.idSum(split));
      assertThat(both.manifest().splits().get(split).rowsByClass())
          .isEqualTo(whole.manifest().splits().get(split).rowsByClass());
    }
    for (int channel = 0; channel < 3; channel++) {
      assertThat(both.manifest().images().mean().get(channel))
          .isCloseTo(all.manifest().images().mean().get(channel), within(1e-12));
      assertThat(both.manifest().images().deviation().get(channel))
          .isCloseTo(all.manifest().images().deviation().get(channel), within(1e-12));
    }
    assertThat(both.manifest().folders()).containsExactly("one", "two");
  }

  /** By its bytes alone, whatever class they are of and whatever else is there. */
  @Test
  void whatIsHeldOutIsHeldOutInEverySet() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 40));
    prepare("one", heldOut());
    Lake.huggingFace(lake.resolve("b.parquet"), Lake.rows(40, 60));
    prepare("two", heldOut());
    PreparedDataset more = open(folder.resolve("two"));
    assertThat(ids(more, Split.TEST))
        .containsAll(ids(open(folder.resolve("one")), Split.TEST))
        .hasSizeBetween(15, 45);
    Set<Long> others = new TreeSet<>(ids(more, Split.TRAIN));
    others.addAll(ids(more, Split.VALIDATION));
    assertThat(ids(open(folder.resolve("one")), Split.TEST)).doesNotContainAnyElementsOf(others);
    more.examples(Split.TEST)
        .forEachRemaining(
            example ->
                assertThat(ContentHash.of(example.image()).fraction()).isBetween(0.25, 0.55));
    assertThat(PrepareJob.cutsTest(more.manifest())).isTrue();
  }

  @Test
  void imagesThatAreThereArePassedOverAndNewClassesAppended() throws IOException {
    Lake.plain(lake.resolve("a.parquet"), named(0, 20, "owl", "cat"));
    PrepareReport first = prepareNamed("one", heldOut());
    assertThat(first.manifest().classes()).containsExactly("cat", "owl");
    List<Row> more = named(10, 20, "owl", "cat");
    more.addAll(named(100, 5, "ant"));
    more.addAll(named(4, 1, "ant")); // an owl, by the night before
    Lake.plain(lake.resolve("b.parquet"), more);
    PrepareReport second = prepareNamed("two", since(first, "one"));
    assertThat(second.manifest().classes()).containsExactly("cat", "owl", "ant");
    assertThat(examples("two")).hasSize(10 + 5);
    assertThat(second.manifest().origin().reasons())
        .containsOnlyKeys("equal images with different labels in train");
    assertThat(joined("one", "two").classes()).containsExactly("cat", "owl", "ant");
    DatasetManifest one = first.manifest();
    DatasetManifest two = second.manifest();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                JoinedSets.of(
                    List.of(
                        new Part("two", two, EnumSet.allOf(Split.class)),
                        new Part("one", one, EnumSet.allOf(Split.class)))))
        .withMessage("Cannot join two: its classes [cat, owl, ant] are no beginning of [cat, owl]");
  }

  private List<Example> examples(String name) {
    List<Example> examples = new ArrayList<>();
    for (Split split : Split.values()) {
      examples.addAll(PrepareFixture.examples(folder.resolve(name), split));
    }
    return examples;
  }

  private static List<Row> named(int from, int count, String... classes) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      rows.add(new Row(Lake.png(i), classes[i % classes.length], "train"));
    }
    return rows;
  }

  private PrepareReport prepareNamed(String name, Increment since) throws IOException {
    var byName =
        new io.millrace.source.SourceConfig(
            lake.toString(),
            io.millrace.source.SourceConfig.Format.AUTO,
            "picture",
            "kind",
            "part",
            List.of(),
            null);
    DatasetConfig to =
        new DatasetConfig(
            folder.resolve(name).toString(), 8, 2, 0.25, 0, DatasetConfig.Encoding.KEEP, 90, 1);
    return PrepareJob.run(
        SharedSpark.session(), byName, to, 1, since, PrepareListener.NONE, () -> false);
  }

  @Test
  void nothingNewIsSaidAndLeavesNothing() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 30));
    PrepareReport first = prepare("one", heldOut());
    assertThatThrownBy(() -> prepare("two", since(first, "one")))
        .isInstanceOf(NothingNewException.class)
        .hasMessage("Nothing in %s is new", lake);
    Lake.huggingFace(lake.resolve("again.parquet"), Lake.rows(5, 10));
    assertThatThrownBy(() -> prepare("two", since(first, "one")))
        .isInstanceOf(NothingNewException.class);
    assertThat(folder.resolve("two").resolve(DatasetManifest.FILE_NAME)).doesNotExist();
  }
}
