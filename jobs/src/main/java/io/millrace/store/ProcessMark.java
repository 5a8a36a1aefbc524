package io.millrace.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process, so that another one can tell whether it still lives.
 *
 * @param machine the running kernel, the namespace of its process ids and the user: only processes
 *     that agree in it can see each other
 * @param pid the process id
 * @param started when it started, in the machine's own ticks, since ids are used again; 0 if
 *     unknown
 */
record ProcessMark(String machine, long pid, long started) {
  private static final Path PROC = Path.of("/proc");

  /** What can be said of a process from here. */
  enum Life {
    ALIVE,
    DEAD,
    /** It runs, or ran, where processes cannot be seen from here. */
    OUT_OF_SIGHT
  }

  /** This process. */
  static ProcessMark here() {
    long pid = ProcessHandle.current().pid();
    try {
      return new ProcessMark(machineHere(), pid, startOf(pid).orElse(0));
    } catch (IOException e) {
      return new ProcessMark(machineHere(), pid, 0);
    }
  }

  /** Name of this host, for people. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  Life life() {
    if (!machine.equals(machineHere()) || started == 0) {
      return Life.OUT_OF_SIGHT;
    }
    try {
      OptionalLong now = startOf(pid);
      return now.isPresent() && now.getAsLong() == started ? Life.ALIVE : Life.DEAD;
    } catch (IOException e) {
      return Life.OUT_OF_SIGHT; // what cannot be read is not known to be gone
    }
  }

  /** Host names are not unique, the boot of a kernel is; a container has process ids of its own. */
  private static String machineHere() {
    String user = System.getProperty("user.name");
    try {
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
      Path ids = Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
      return String.join(" ", boot, ids.toString(), user);
    } catch (IOException | RuntimeException e) { // no Linux
      return String.join(" ", host(), user);
    }
  }

  /** When a process started; empty if it does not run any more. */
  private static OptionalLong startOf(long pid) throws IOException {
    if (!Files.isDirectory(PROC.resolve("self"))) {
      return ProcessHandle.of(pid)
          .flatMap(process -> process.info().startInstant())
          .map(start -> OptionalLong.of(start.getEpochSecond()))
          .orElseGet(OptionalLong::empty);
    }
    return stat(pid)
        // The name in brackets may hold anything; after it: state (3rd field) ... start (22nd).
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" "))
        .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
        .map(fields -> OptionalLong.of(Long.parseLong(fields[22 - 3])))
        .orElseGet(OptionalLong::empty);
  }

  private static Optional<String> stat(long pid) throws IOException {
    try { // a name is any bytes
      return Optional.of(Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
