package io.millrace.store;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who reads what in a folder ({@link Lease#share}), for one who wants to remove parts of it. A
 * reader counts until its process is known to be dead on this machine, or until its word has not
 * changed for one time-out since {@link #look}: so look first, work, and ask at the end. Lives on
 * the driver.
 */
public final class Readers {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

  private final WholeFiles files;
  private final Path folder;
  private final Lease.Timing timing;
  private final Map<String, String> seen;
  private final long lookedAt = System.nanoTime();

  private Readers(WholeFiles files, Path folder, Lease.Timing timing) throws IOException {
    this.files = files;
    this.folder = folder;
    this.timing = timing;
    this.seen = words();
  }

  /** Looks at who reads there now. */
  public static Readers look(Configuration hadoop, Path folder) throws IOException {
    return look(hadoop, folder, Lease.Timing.USUAL);
  }

  static Readers look(Configuration hadoop, Path folder, Lease.Timing timing) throws IOException {
    return new Readers(WholeFiles.at(folder, hadoop), folder, timing);
  }

  /** The parts that somebody reads now; the words of those who are gone are removed. */
  public Set<String> parts() throws IOException {
    Set<String> parts = new TreeSet<>();
    for (Map.Entry<String, String> word : words().entrySet()) {
      Optional<Holder> reader = Holder.parse(word.getValue());
      if (reader.isPresent() && gone(reader.get(), word)) {
        LOG.warn("{} was left by {}, which is gone", folder, reader.get());
        files.delete(new Path(folder, word.getKey()));
      } else {
        reader.ifPresent(each -> parts.addAll(each.parts()));
      }
    }
    return parts;
  }

  private boolean gone(Holder reader, Map.Entry<String, String> word) {
    return switch (reader.process().life()) {
      case ALIVE -> false;
      case DEAD -> true;
      case OUT_OF_SIGHT -> {
        Duration timeout = timing.timeout(reader.beatMillis());
        yield word.getValue().equals(seen.get(word.getKey()))
            && System.nanoTime() - lookedAt >= timeout.toNanos();
      }
    };
  }

  private Map<String, String> words() throws IOException {
    Map<String, String> words = new HashMap<>();
    for (String name : files.list(folder)) {
      if (name.startsWith(Lease.READER)) {
        WholeFiles.text(files, new Path(folder, name)).ifPresent(text -> words.put(name, text));
      }
    }
    return words;
  }
}
