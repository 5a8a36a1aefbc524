package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prepare that is stopped, or whose ground moves: the set is whole, or as it was. */
class PrepareStopTest {
  @TempDir private Path folder;
  private Path lake;
  private Path set;

  @BeforeEach
  void makeLake() throws IOException {
    lake = folder.resolve("lake");
    set = folder.resolve("set");
    for (int i = 0; i < 12; i++) {
      Path file = lake.resolve(i % 2 == 0 ? "cat" : "dog").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(i));
    }
  }

  @Test
  void aStopAtAnyStepLeavesTheEarlierSetAndNothingElse() throws IOException {
    var earlier = prepare(source(lake), dataset(set)).manifest();
    Files.write(lake.resolve("cat/new.png"), Lake.png(100));
    for (int steps = 1; steps <= 5; steps++) {
      int last = steps;
      assertThatThrownBy(() -> run(new AtStep(last, () -> {}, true)))
          .isInstanceOf(PrepareStoppedException.class)
          .hasMessage(
              "Stopped on request: %s is as it was before; prepare begins anew".formatted(set));
      assertThat(open(set).manifest()).isEqualTo(earlier);
      assertThat(data()).as("step %d", steps).hasSize(1);
    }
  }

  @Test
  void aStopWithinAPassEndsItsTasks() throws IOException {
    var asked = new ArrayList<Long>();
    BooleanSupplier stop = () -> !asked.isEmpty();
    Lake.huggingFace(folder.resolve("a.parquet"), Lake.rows(0, 3000));
    assertThatThrownBy(
            () ->
                PrepareJob.run(
                    SharedSpark.session(),
                    source(folder.resolve("a.parquet")),
                    dataset(set),
                    1,
                    (pass, rows, of) -> asked.add(rows),
                    stop))
        .isInstanceOf(PrepareStoppedException.class);
    assertThat(data()).isEmpty();
  }

  @Test
  void progressCountsTheRowsOfEachPass() throws IOException {
    List<String> told = new ArrayList<>();
    var pulse =
        new Pulse(
            SharedSpark.session().sparkContext(),
            (pass, rows, of) -> told.add("%s %d/%d".formatted(pass, rows, of)),
            () -> false,
            "set");
    try (pulse) {
      pulse.over("write", 2, 40).add(41);
      while (told.isEmpty()) {
        Thread.onSpinWait();
      }
    }
    assertThat(told.get(0)).isEqualTo("write 20/40");
  }

  @Test
  void aFileThatIsReplacedOrDeletedMeanwhileIsNamed() throws IOException {
    Path file = lake.resolve("dog/3.png");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> run(new AtStep(5, () -> Files.write(file, Lake.png(77)), false)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read the source again: row 0 of dog/3.png is another now (files must not change while prepare reads them; run it again)");
    Files.write(file, before);
    assertThatThrownBy(() -> run(new AtStep(5, () -> Files.delete(file), false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read dog/3.png: it is gone since prepare began (run it again)");
    assertThat(data()).isEmpty();
    assertThat(set.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void aSetWhoseFilesWereClearedAwayIsNotCommitted() throws IOException {
    Thread driver = Thread.currentThread();
    BooleanSupplier clear =
        () -> Thread.currentThread() == driver && cleared("train-00000.parquet");
    assertThatThrownBy(() -> run(clear))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "Cannot commit file:%s: file data-\\S+/train-00000.parquet is gone or cut since it was written .*"
                .formatted(set));
    assertThat(set.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void aSecondPrepareOnOnePathIsRefusedAndNamesTheFirst() throws IOException {
    var root = new org.apache.hadoop.fs.Path(set.toUri());
    Configuration conf = new Configuration();
    try (var first = Lease.take(conf, root, Holder.here("prepare", "app-1"), () -> false)) {
      assertThatThrownBy(() -> prepare(source(lake), dataset(set)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "Cannot prepare: \\S+ is in use by prepare on \\S+ \\(process \\d+, application app-1, .*");
      assertThat(data()).isEmpty();
      first.check();
    }
    assertThat(prepare(source(lake), dataset(set)).upToDate()).isFalse();
    try (var first = Lease.take(conf, root, Holder.here("prepare", "app-1"), () -> false)) {
      assertThat(prepare(source(lake), dataset(set)).upToDate()).isTrue(); // writes nothing
    }
  }

  @Test
  void whatSomebodyReadsIsNotSweptAway() throws IOException {
    prepare(source(lake), dataset(set));
    Path read = data().get(0);
    var root = new org.apache.hadoop.fs.Path(set.toUri());
    List<String> parts = List.of(read.getFileName().toString());
    try (var reader = Lease.share(new Configuration(), root, Holder.here("train", "a"), parts)) {
      for (int i = 0; i < 2; i++) {
        Files.write(lake.resolve("cat/more" + i + ".png"), Lake.png(200 + i));
        prepare(source(lake), dataset(set));
      }
      assertThat(data()).hasSize(3).contains(read);
      reader.check();
    }
    Files.write(lake.resolve("cat/more2.png"), Lake.png(202));
    prepare(source(lake), dataset(set));
    assertThat(data()).hasSize(2).doesNotContain(read);
  }

  /** Deletes a file as soon as it is there; never a wish to stop. */
  private boolean cleared(String name) {
    try {
      for (Path data : Files.exists(set) ? data() : List.<Path>of()) {
        Files.deleteIfExists(data.resolve(name));
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PrepareReport run(BooleanSupplier stop) throws IOException {
    return PrepareJob.run(
        SharedSpark.session(), source(lake), dataset(set), 1, PrepareListener.NONE, stop);
  }

  private List<Path> data() throws IOException {
    try (Stream<Path> children = Files.list(set)) {
      return children.filter(path -> path.getFileName().toString().startsWith("data-")).toList();
    }
  }

  /**
   * Does something when the driver comes to its n-th step, and says what {@code stop} says then.
   */
  private static final class AtStep implements BooleanSupplier {
    private interface Action {
      void run() throws IOException;
    }

    private final Thread driver = Thread.currentThread();
    private final int step;
    private final Action action;
    private final boolean stop;
    private int steps;

    AtStep(int step, Action action, boolean stop) {
      this.step = step;
      this.action = action;
      this.stop = stop;
    }

    @Override
    public boolean getAsBoolean() {
      if (Thread.currentThread() != driver || ++steps != step) {
        return false;
      }
      try {
        action.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return stop;
    }
  }
}
