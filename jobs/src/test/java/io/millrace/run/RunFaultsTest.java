package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.Readers;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.Test;

/** Runs that are in each other's way, and runs whose folders, sets or files fail them. */
class RunFaultsTest extends WholeRuns {
  @Test
  void aRunThatWouldBeLostOrMixedIsRefusedBeforeItIsPlanned() {
    String unplannable = "training.workers=46";
    assertThatThrownBy(() -> train("straight", new Start.Anew(), () -> false, unplannable))
        .hasMessage(
            "Cannot train: file:%s/straight holds a run already (--resume auto goes on with it,"
                    .formatted(folder)
                + " --overwrite starts over, --set name=... makes another)");
    assertThatThrownBy(() -> train("straight", new Start.From("auto"), () -> false, unplannable))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with training.workers = 2 (now 46) (set"
                + " that back, or train anew: --set name=..., --overwrite)");
  }

  @Test
  void startingOverFromWeightsThatAreMissingLosesNothing() {
    assertThatThrownBy(
            () ->
                train(
                    "straight",
                    new Start.Over(),
                    () -> false,
                    "init.from=" + file("no", "such.zip")))
        .hasMessageContaining("such.zip");
    assertThat(file("straight", "checkpoints/epoch-0003")).exists();
    assertThat(file("straight", "model.zip")).exists();
  }

  @Test
  void aRunIsKnownByWhateverIsLeftOfIt() throws IOException {
    for (String left : List.of("metrics.jsonl", "manifest.json", "model.zip", "checkpoints/x")) {
      Path run = folder.resolve("left-" + left.replace('/', '-'));
      Files.createDirectories(run.resolve(left).getParent());
      Files.writeString(run.resolve(left), "");
      assertThatThrownBy(() -> train(run.getFileName().toString(), new Start.Anew(), () -> false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds a run already");
    }
  }

  /** Between two rounds, where no job runs that could be cancelled. */
  @Test
  void moreFailuresThanAnEpochMayHaveEndTheRunToBeResumed() throws IOException {
    SparkContext spark = SharedSpark.session().sparkContext();
    BooleanSupplier losing =
        () -> {
          for (int executor = 0; executor < 3; executor++) {
            spark.listenerBus().post(new SparkListenerExecutorRemoved(0, "" + executor, "lost"));
          }
          waitUntilHeard(spark);
          return false;
        };
    assertThatThrownBy(() -> train("struck", new Start.Anew(), losing, "faults.failures=2"))
        .isInstanceOf(StoppedException.class)
        .hasMessageMatching(
            "Stopped, as 3 tasks and executors were lost in one epoch \\(faults.failures: 2\\):"
                + " --resume auto goes on from file:.*/struck/checkpoints/.*")
        .matches(e -> ((StoppedException) e).resumable());
    train("struck", new Start.From("auto"), () -> false);
    assertThat(model("struck")).isEqualTo(model("straight"));
    assertThat(withoutBytesRead("struck")).isEqualTo(withoutBytesRead("straight"));
  }

  private static void waitUntilHeard(SparkContext spark) {
    try {
      spark.listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void twoRunsAtOnceAreNotMixed() throws IOException {
    String run = file("straight", "").toString();
    Holder first = Holder.here("train", "local-1");
    try (Lease held =
        Lease.take(new Configuration(), new org.apache.hadoop.fs.Path(run), first, () -> false)) {
      for (Start start : List.of(new Start.Anew(), new Start.Over(), new Start.From("auto"))) {
        assertThatThrownBy(() -> train("straight", start, () -> false))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Cannot train: file:%s is in use by train on ", run);
      }
      held.check();
    }
    assertThat(file("straight", ".lease")).doesNotExist();
  }

  @Test
  void aRunThatWaitsForItsFolderEndsWhenItIsAskedTo() throws IOException {
    Files.createDirectories(file("waiting", ""));
    Files.writeString(file("waiting", ".lease"), "of a process that cannot be seen from here");
    assertThatThrownBy(() -> train("waiting", new Start.Anew(), () -> true))
        .isInstanceOf(StoppedException.class)
        .hasMessageEndingWith("waiting for the folder to become free: nothing was begun")
        .matches(e -> ((StoppedException) e).resumable());
    assertThat(file("waiting", "")).isDirectoryContaining("glob:**/.lease");
  }

  @Test
  void anOutputFolderThatIsDeletedInMidRunIsSaidAndNotMadeAgain() {
    Path run = folder.resolve("deleted");
    int[] looks = {0};
    assertThatThrownBy(
            () ->
                train(
                    "deleted",
                    new Start.Anew(),
                    () -> {
                      if (++looks[0] == 4) {
                        delete(run);
                      }
                      return false;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot go on in file:%s: the folder was deleted, or cleared, by somebody else", run);
    assertThat(run).doesNotExist();
  }

  @Test
  void aPreparedSetThatIsDeletedInMidRunIsSaidWithHowToGoOn() throws IOException {
    Path set = folder.resolve("set-to-lose");
    copy(folder.resolve("set"), set);
    assertThatThrownBy(
            () ->
                train(
                    "lost-set",
                    new Start.Anew(),
                    () -> {
                      delete(set);
                      return false;
                    },
                    "dataset.path=" + set))
        .isInstanceOf(IllegalStateException.class)
        .message()
        .startsWith("Cannot go on: of the prepared data set file:" + set + " file data-")
        .endsWith(
            " is missing (it was removed or replaced while it was read; with the same set in"
                + " place, there is no checkpoint yet: train again)")
        .hasLineCount(1);
  }

  @Test
  void aFileThatCannotBeWrittenIsTriedToTheEndAndTheRunIsResumed() throws IOException {
    Path inTheWay = Files.createDirectories(file("unwritable", "summary.csv/x"));
    assertThatThrownBy(() -> train("unwritable", new Start.Anew(), () -> false))
        .isInstanceOf(IllegalStateException.class)
        .message()
        .startsWith("Cannot write file:" + file("unwritable", "summary.csv") + ": ")
        .endsWith(
            " (--resume auto goes on from file:%s)"
                .formatted(file("unwritable", "checkpoints/epoch-0003")))
        .hasLineCount(1);
    delete(inTheWay.getParent());
    Files.writeString(file("unwritable", "metrics.jsonl"), "{\"epoch\":1,\"upd");
    train("unwritable", new Start.From("auto"), () -> false);
    assertEqualRuns("unwritable", "straight");
  }

  @Test
  void checkpointsFailWhileTrainingGoesOnUntilTooManyHave() throws IOException {
    Path inTheWay = file("full", "checkpoints/epoch-0001");
    Files.createDirectories(inTheWay.getParent());
    Files.createFile(inTheWay);
    train("full", new Start.Over(), () -> false);
    assertThat(model("full")).as("also where the best epoch has none").isEqualTo(model("straight"));
    assertThat(metrics("full")).isEqualTo(metrics("straight"));
    assertThat(weights("full", EPOCHS)).isEqualTo(weights("straight", EPOCHS));

    assertThatThrownBy(() -> train("full", new Start.Over(), () -> false, "checkpoint.failures=1"))
        .isInstanceOf(StoppedException.class)
        .message()
        .startsWith(
            "Stopped, as checkpoints fail. The checkpoint of epoch 1 could not be written: ")
        .endsWith(", failure 1 in a row: there is no checkpoint yet")
        .hasLineCount(1);
  }

  @Test
  void aRunHoldsTheSnapshotThatItReads() throws IOException {
    Readers readers =
        Readers.look(
            new Configuration(), new org.apache.hadoop.fs.Path(folder.resolve("set").toString()));
    List<String> read = new ArrayList<>();
    BooleanSupplier look =
        () -> {
          try {
            return read.addAll(readers.parts()); // stops
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    assertThatThrownBy(() -> train("reader", new Start.Anew(), look))
        .isInstanceOf(StoppedException.class);
    assertThat(read).singleElement().asString().startsWith("data-");
    assertThat(readers.parts()).isEmpty();
  }

  private static void delete(Path folder) {
    try {
      RunFolder.existing(new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()))
          .delete("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
