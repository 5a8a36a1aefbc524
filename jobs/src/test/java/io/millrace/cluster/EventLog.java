package io.millrace.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Spark's event log of one application, while it is written too. */
final class EventLog {
  private static final Pattern TIME = Pattern.compile("\"(?:Timestamp|Completion Time)\":(\\d+)");

  private final Path folder;
  private final List<String> lines = new ArrayList<>();
  private long read;

  /** The log of the one application that logs into a folder. */
  EventLog(Path folder) {
    this.folder = folder;
  }

  /** Spark's name for the application. */
  String application() throws IOException {
    return file().getFileName().toString().replace(".inprogress", "");
  }

  /** When the application started, in ms of the clock; below 0 if it has not. */
  long start() throws IOException {
    return times("ApplicationStart").stream().findFirst().orElse(-1L);
  }

  /** When it ended. */
  long end() throws IOException {
    return times("ApplicationEnd").get(0);
  }

  /** When its jobs ended, those that have. */
  List<Long> jobEnds() throws IOException {
    return times("JobEnd");
  }

  private List<Long> times(String event) throws IOException {
    return of(event).map(EventLog::time).toList();
  }

  private static long time(String line) {
    Matcher time = TIME.matcher(line);
    if (!time.find()) {
      throw new IllegalStateException("No time in " + line);
    }
    return Long.parseLong(time.group(1));
  }

  /** Lines of a kind of events, {@code JobEnd} and the like. */
  Stream<String> of(String event) throws IOException {
    readOn();
    String text = "{\"Event\":\"SparkListener" + event + "\"";
    return lines.stream().filter(line -> line.startsWith(text));
  }

  /** Reads the whole lines that have come since the last look. */
  private void readOn() throws IOException {
    Path file = file();
    if (file == null) {
      return;
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(read);
      byte[] bytes = new byte[(int) (log.length() - read)];
      log.readFully(bytes);
      int whole = bytes.length;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      lines.addAll(new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList());
      read += whole;
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("app-"))
          .findFirst()
          .orElse(null);
    }
  }
}
