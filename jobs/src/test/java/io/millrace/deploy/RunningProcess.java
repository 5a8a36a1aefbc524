package io.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of this machine and its command line, which Java itself cuts where it is long.
 *
 * @param line its words, with blanks between them
 */
record RunningProcess(ProcessHandle handle, String line) {
  /** Those of this machine. */
  static List<RunningProcess> all() {
    List<RunningProcess> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path words = Path.of("/proc/%d/cmdline".formatted(process.pid()));
      try {
        found.add(new RunningProcess(process, Files.readString(words).replace('\0', ' ')));
      } catch (IOException e) {
        // it has ended
      }
    }
    return found;
  }

  /** Whether it is a JVM, and no shell that starts one, whose command line has that word. */
  boolean isJvmOf(String word) {
    return line.matches("(?s)\\S*java .*") && line.contains(word);
  }
}
