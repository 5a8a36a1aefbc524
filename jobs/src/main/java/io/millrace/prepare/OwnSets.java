package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.settings.Counts;
import io.millrace.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Prepared sets that lie in a source. They are no part of it: to be read as Parquet, with the names
 * of our columns, is what they are too good for.
 *
 * @param source the files that are a source's
 * @param leftOut the sets among them, a line each
 */
public record OwnSets(SourceFiles source, List<String> leftOut) {
  private static final Pattern SNAPSHOT =
      Pattern.compile("(data|quarantine)-[0-9]{8}-[0-9]{9}-[0-9a-f]{8}");
  private static final int HEAD = 4096;

  /**
   * Takes the prepared sets out of what was listed.
   *
   * @throws IllegalArgumentException if the source itself is one, or a part of one
   */
  public static OwnSets apartFrom(SourceFiles listed, String path, Configuration conf)
      throws IOException {
    Path root = listed.root();
    boolean part = SNAPSHOT.matcher(root.getName()).matches();
    if (isSet(root, conf) || part && isSet(root.getParent(), conf)) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must not be a prepared data set; name the source that it was made of)"
              .formatted(path));
    }
    List<String> sets = new ArrayList<>();
    for (SourceFiles.Entry file : listed.files()) {
      String folder = parent(file.path());
      if (file.path().equals(folder + "/" + DatasetManifest.FILE_NAME)
          && isSet(new Path(root + "/" + folder), conf)) {
        sets.add(folder);
      }
    }
    List<SourceFiles.Entry> kept = new ArrayList<>();
    Map<String, Long> left = new TreeMap<>();
    for (SourceFiles.Entry file : listed.files()) {
      String set = setOf(file.path(), sets);
      if (set == null) {
        kept.add(file);
      } else {
        left.merge(set, 1L, Long::sum);
      }
    }
    return new OwnSets(
        listed.with(kept),
        left.entrySet().stream()
            .map(
                set ->
                    "a prepared data set, %s: %s"
                        .formatted(set.getKey(), Counts.of(set.getValue(), "file")))
            .toList());
  }

  /** The set that a file belongs to, or null; one that was never finished has no manifest. */
  private static String setOf(String file, List<String> sets) {
    for (String set : sets) {
      if (file.startsWith(set + "/")) {
        return set;
      }
    }
    String folder = parent(file);
    while (!folder.isEmpty()) {
      if (SNAPSHOT.matcher(folder.substring(folder.lastIndexOf('/') + 1)).matches()) {
        return folder;
      }
      folder = parent(folder);
    }
    return null;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Whether a folder has a manifest of ours, of any format. */
  private static boolean isSet(Path folder, Configuration conf) throws IOException {
    Path manifest = new Path(folder, DatasetManifest.FILE_NAME);
    try (var in = manifest.getFileSystem(conf).open(manifest)) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
      return head.contains("\"formatVersion\"") && head.contains("\"fingerprint\"");
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
