package io.millrace.source;

import io.millrace.settings.Counts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Goes down folders of partitions level by level, and leaves out those whose values do not meet a
 * condition before it lists them. Once all conditions are decided it goes no deeper.
 */
final class PartitionWalk {
  private final FileSystem fs;
  private final SourceWalk walk;
  private final Where where;
  private int pruned;

  PartitionWalk(FileSystem fs, SourceWalk walk, Where where) {
    this.fs = fs;
    this.walk = walk;
    this.where = where;
  }

  /** What was left out, in words. */
  List<String> said() {
    return pruned == 0
        ? List.of()
        : List.of(
            "%s of partitions that source.where leaves out, not listed"
                .formatted(Counts.of(pruned, "folder")));
  }

  /** Folders and files that hold all of {@code start} that may meet the condition. */
  List<Path> starts(Path start) throws IOException {
    List<Path> found = new ArrayList<>();
    List<Path> level = List.of(start);
    while (!level.isEmpty()) {
      List<Path> partitions = new ArrayList<>();
      for (Path folder : level) {
        split(folder, partitions, found);
      }
      level = decided(partitions, found);
    }
    return found;
  }

  /** Adds the partitions in a folder, and all that is none. */
  private void split(Path folder, List<Path> partitions, List<Path> found) throws IOException {
    if (fs.getFileStatus(folder).isFile()) {
      found.add(folder);
      return;
    }
    List<Path> inside = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (FileStatus child : fs.listStatus(folder)) {
      Path path = child.getPath();
      if (walk.visible(walk.relative(path))) {
        (child.isDirectory() && path.getName().indexOf('=') > 0 ? inside : others).add(path);
      }
    }
    partitions.addAll(inside);
    if (inside.isEmpty()) {
      found.add(folder);
    } else {
      found.addAll(others);
    }
  }

  /** Those that may meet the condition; they are found where nothing is left to decide. */
  private List<Path> decided(List<Path> folders, List<Path> found) {
    if (folders.isEmpty()) {
      return folders;
    }
    Set<String> names = new TreeSet<>();
    folders.forEach(folder -> names.add(walk.relative(folder)));
    Partitions partitions = Partitions.of(names);
    Where known = where.within(partitions.names());
    List<Path> kept = known.none() ? folders : meeting(folders, partitions, known);
    pruned += folders.size() - kept.size();
    if (where.beyond(partitions.names()).none()) {
      found.addAll(kept);
      return List.of();
    }
    return kept;
  }

  private List<Path> meeting(List<Path> folders, Partitions partitions, Where known) {
    SqlCondition condition = SqlCondition.of(known, partitions.columns());
    return folders.stream()
        .filter(folder -> condition.meets(partitions.values(walk.relative(folder))))
        .toList();
  }
}
