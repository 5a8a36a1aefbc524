package io.millrace.prepare;

import io.millrace.source.SourceFiles;
import io.millrace.store.Redaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What was prepared before, for a set of what is new since.
 *
 * @param classes class names so far, in their order; further ones are appended to them. Empty where
 *     the config alone says the order
 * @param read marks of the files that were read ({@link #mark}); they are passed over
 * @param known examples that are there: equal bytes of equal label are passed over, of another
 *     label they go to quarantine
 * @param heldOutShare share of train that becomes test by hash of the image bytes alone, where the
 *     source has no test; 0 for none
 */
public record Increment(
    List<String> classes, Set<String> read, KnownExamples known, double heldOutShare) {
  /** Nothing was there before, and nothing is held out: a whole source. */
  public static final Increment WHOLE = new Increment(List.of(), Set.of(), KnownExamples.NONE, 0);

  /** Copies lists and sets. */
  public Increment {
    classes = List.copyOf(classes);
    read = Set.copyOf(read);
  }

  /**
   * What tells a file from one that was read: its path, length and time of change, and the rows of
   * it that are read.
   */
  public static String mark(SourceFiles files, SourceFiles.Entry file) {
    String rows = files.filter().where() == null ? "" : " where " + files.filter().where();
    return Redaction.of(
        "%s/%s %d %d%s".formatted(files.root(), file.path(), file.bytes(), file.modified(), rows));
  }

  /** The files that were not read yet. */
  SourceFiles unread(SourceFiles files) {
    return read.isEmpty()
        ? files
        : files.with(
            files.files().stream().filter(file -> !read.contains(mark(files, file))).toList());
  }

  /** Whether classes that are not among the given ones are appended to them. */
  boolean grows() {
    return !classes.isEmpty();
  }

  /** Whether this is a part of a line: what it lacks, others may have. */
  boolean isPart() {
    return grows() || !read.isEmpty() || known.size() > 0;
  }

  /** All of it that a set depends on; none for a whole source. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new TreeMap<>();
    if (heldOutShare > 0) {
      settings.put("heldOutShare", heldOutShare);
    }
    if (isPart()) {
      String marks = read.stream().sorted().collect(Collectors.joining("\n"));
      settings.put("classesSoFar", classes);
      settings.put("read", DigestUtils.sha256Hex(marks));
      settings.put("known", known.size());
    }
    return settings;
  }
}
