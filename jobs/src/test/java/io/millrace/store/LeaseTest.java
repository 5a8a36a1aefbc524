package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Lease.Timing QUICK =
      new Lease.Timing(Duration.ofMillis(5), 40, Duration.ofMillis(20));

  @TempDir private Path dir;
  private final Configuration hadoop = ObjectStore.conf();
  private org.apache.hadoop.fs.Path folder;

  @BeforeEach
  void name() {
    folder = new org.apache.hadoop.fs.Path("file:" + dir);
  }

  private Lease take(Holder me) throws IOException {
    return Lease.take(hadoop, folder, me, () -> false, QUICK);
  }

  private static Holder holder(String command) {
    return Holder.here(command, "local-1");
  }

  private static Holder of(Holder holder, ProcessMark process) {
    return new Holder(
        holder.id(),
        holder.command(),
        holder.host(),
        process,
        holder.application(),
        holder.since(),
        holder.parts(),
        QUICK.beat().toMillis(),
        0);
  }

  private static Holder elsewhere(String command) {
    return of(holder(command), new ProcessMark("another machine", 77, 1));
  }

  /** What a process that was killed leaves. */
  private void leave(String name, Holder holder) throws IOException {
    Files.write(dir.resolve(name), holder.toJson());
  }

  @Test
  void theSecondIsRefusedAndNamesTheFirst() throws IOException {
    Holder first = holder("train");
    try (Lease held = take(first)) {
      assertThatThrownBy(() -> take(holder("prepare")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot prepare: %s is in use by train on %s (process %d, application local-1, since %s)"
                      .formatted(folder, first.host(), ProcessHandle.current().pid(), first.since())
                  + " (wait for its end, or take another folder)");
      assertThatThrownBy(() -> take(holder("series")))
          .hasMessageStartingWith("Cannot run the series: %s is in use by train", folder);
      assertThatThrownBy(() -> take(holder("rollback")))
          .hasMessageStartingWith("Cannot roll back: ");
      assertThatThrownBy(() -> take(holder("lr-find")))
          .hasMessageStartingWith("Cannot find a rate: ");
      held.check();
    }
    assertThat(dir).isEmptyDirectory();
    take(holder("prepare")).close();
  }

  @Test
  void oneWhoseProcessIsDeadOnThisMachineIsTakenOverAtOnce() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    ProcessMark here = ProcessMark.here();
    Lease.Timing patient = new Lease.Timing(Duration.ofDays(1), 40, Duration.ofMillis(1));
    for (ProcessMark dead :
        List.of(
            new ProcessMark(here.machine(), process.pid(), 1),
            new ProcessMark(here.machine(), here.pid(), here.started() + 1))) {
      leave(Lease.FILE, of(holder("train"), dead));
      Lease.take(hadoop, folder, holder("train"), () -> false, patient).close();
    }
    assertThat(here.life()).isEqualTo(ProcessMark.Life.ALIVE);
  }

  @Test
  void aProcessOfAnyNameLives() throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", "printf 'caf\\xe9) Z 1' >/proc/$$/comm && echo && read")
            .start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('\n');
      Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
      String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      long started = Long.parseLong(fields[19]);
      ProcessMark mark = new ProcessMark(ProcessMark.here().machine(), process.pid(), started);
      assertThat(mark.life()).isEqualTo(ProcessMark.Life.ALIVE);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void oneOutOfSightIsRefusedWhileItGivesSignsOfLife() throws IOException {
    try (Lease far = take(elsewhere("train"))) {
      assertThatThrownBy(() -> take(holder("train")))
          .hasMessageContaining("is in use by train on ")
          .hasMessageContaining("process 77");
      far.check();
    }
  }

  @Test
  void oneOutOfSightIsTakenOverAfterOneTimeOutWithoutASignOfLife() throws IOException {
    leave(Lease.FILE, elsewhere("train"));
    long began = System.nanoTime();
    try (Lease lease = take(holder("train"))) {
      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(QUICK.timeout(5).toNanos());
      lease.check();
    }
    Files.writeString(dir.resolve(Lease.FILE), ""); // its process died between making and writing
    take(holder("train")).close();
  }

  @Test
  void aLeaseThatCannotBeUnderstoodIsTakenOverAfterOneTimeOut() throws IOException {
    String process = "\"process\":{\"machine\":\"m\",\"pid\":1,\"started\":1}";
    for (String text :
        List.of(
            "",
            "null",
            "[]",
            "\0\1garbage",
            "{\"id\":\"a\",\"process\":{},\"parts\":[]}",
            "{\"id\":\"a\"," + process + ",\"parts\":[null]}",
            "{\"id\":\"a\"," + process + ",\"parts\":[],\"beatMillis\":9223372036854775807}",
            "[".repeat(100_000))) {
      Files.writeString(dir.resolve(Lease.FILE), text);
      take(holder("train")).close();
      Files.writeString(dir.resolve(Lease.READER + "a"), text);
      assertThat(Readers.look(hadoop, folder, QUICK).parts()).isEmpty();
    }
  }

  @Test
  void aWaitEndsAsSoonAsSomebodyAsksForTheEndAndLeavesNothing() throws IOException {
    Lease.Timing patient = new Lease.Timing(Duration.ofDays(1), 40, Duration.ofDays(1));
    Holder far = elsewhere("train").beating(patient.beat().toMillis());
    leave(Lease.FILE, far);
    for (var waited : List.of(folder, ObjectStore.path(dir.resolve("objects")))) {
      int[] looks = {0};
      assertThatThrownBy(
              () -> Lease.take(hadoop, waited, holder("train"), () -> ++looks[0] == 2, patient))
          .isInstanceOf(WaitStoppedException.class)
          .hasMessage(
              "Stopped on request while waiting for the folder to become free: nothing was begun");
    }
    assertThat(dir.resolve(Lease.FILE)).hasBinaryContent(far.toJson());
    assertThat(dir.resolve("objects")).isEmptyDirectory();
  }

  @Test
  void aHolderWhoseLeaseWasTakenIsToldByWhom() throws IOException {
    try (Lease lease = take(holder("train"))) {
      leave(Lease.FILE, elsewhere("train"));
      assertThatThrownBy(lease::check)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "Cannot go on in %s: it was taken over by train on ".formatted(folder));
    }
    assertThat(dir.resolve(Lease.FILE)).exists();
  }

  @Test
  void aDeletedFolderIsSeenAndNotMadeAgain() throws IOException {
    Path run = dir.resolve("run");
    folder = new org.apache.hadoop.fs.Path("file:" + run);
    Lease.Timing slow = new Lease.Timing(Duration.ofDays(1), 40, Duration.ofMillis(1));
    try (Lease lease = Lease.take(hadoop, folder, holder("train"), () -> false, slow)) {
      assertThat(lease.signOfLife()).isTrue();
      WholeFiles.at(folder, hadoop).delete(folder);
      assertThat(lease.signOfLife()).isFalse();
      assertThatThrownBy(lease::check)
          .hasMessage(
              "Cannot go on in %s: the folder was deleted, or cleared, by somebody else"
                  .formatted(folder));
    }
    assertThat(run).doesNotExist();
  }

  @Test
  void onAStoreThatCannotLockOneOfManyGetsIt() throws Exception {
    folder = ObjectStore.path(dir);
    List<Callable<Lease>> takers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      takers.add(() -> take(holder("train")));
    }
    var threads = Executors.newFixedThreadPool(takers.size());
    int held = 0;
    for (var taken : threads.invokeAll(takers)) {
      try (Lease lease = taken.get()) {
        lease.check();
        held++;
      } catch (ExecutionException e) {
        assertThat(e).hasMessageContaining("is in use by train on ");
      }
    }
    threads.shutdown();
    assertThat(held).isEqualTo(1);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void readersKeepTheirPartsUntilTheyAreGone() throws IOException {
    leave(
        Lease.READER + "dead",
        of(holder("train"), new ProcessMark(ProcessMark.here().machine(), Long.MAX_VALUE, 1))
            .reading(List.of("data-1")));
    leave(Lease.READER + "silent", elsewhere("train").reading(List.of("data-2")));
    leave(Lease.READER + "unknown", holder("train"));
    Files.writeString(dir.resolve(Lease.READER + "unknown"), "no json");
    Readers readers = Readers.look(hadoop, folder, QUICK);
    assertThat(readers.parts()).containsExactly("data-2");
    try (Lease one = Lease.share(hadoop, folder, holder("train"), List.of("data-3"), QUICK);
        Lease far = Lease.share(hadoop, folder, elsewhere("train"), List.of("data-4"), QUICK)) {
      one.check();
      far.check();
      assertThat(readers.parts()).contains("data-3", "data-4");
      take(elsewhere("prepare")).close(); // a reader keeps nobody from writing
      leave(Lease.FILE, elsewhere("waits for one time-out"));
      take(holder("prepare")).close();
      assertThat(readers.parts()).containsExactly("data-3", "data-4");
    }
    assertThat(readers.parts()).isEmpty();
    assertThat(dir.resolve(Lease.READER + "silent")).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenCanBeReadAllTheSame() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    var inside = new org.apache.hadoop.fs.Path("file:" + file + "/set");
    Lease lease = Lease.share(hadoop, inside, holder("train"), List.of("data-1"), QUICK);
    lease.check();
    lease.close();
  }
}
