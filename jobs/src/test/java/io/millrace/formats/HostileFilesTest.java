package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/check fuzz} asks for the seconds, too, and for a million entries. */
class HostileFilesTest {
  @TempDir private Path dir;

  @Test
  void theyAreRefusedInOneLineWithoutMemoryForWhatTheyClaim() throws IOException {
    Map<String, Path> files = HostileFiles.in(dir, 70_000);
    assertThat(files).hasSize(11);
    files.forEach(
        (what, file) -> {
          HostileFiles.Cost cost = HostileFiles.refuse(file);
          assertThat(cost.reason()).as(what).contains(file.toString()).hasLineCount(1);
          assertThat(cost.bytes()).as("%s: %s", what, cost).isLessThan(2 << 20);
        });
    assertThat(HostileFiles.executed).isFalse();
  }
}
