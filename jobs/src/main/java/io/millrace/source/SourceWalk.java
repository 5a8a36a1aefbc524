package io.millrace.source;

import io.millrace.settings.Counts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;

/**
 * Walks over the files of a source. Links, which only a local folder can have, are followed after
 * all that is no link, and none into a folder that was read already.
 */
final class SourceWalk {
  private final FileSystem fs;
  private final org.apache.hadoop.fs.Path root;
  private final String source;
  private final List<SourceFiles.Entry> files = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final Set<String> underscored = new TreeSet<>();
  private final Set<Path> read = new HashSet<>();

  SourceWalk(FileSystem fs, org.apache.hadoop.fs.Path root, String source) {
    this.fs = fs;
    this.root = root;
    this.source = source;
  }

  /** All that was found, once each, in order of the paths. */
  List<SourceFiles.Entry> files() {
    TreeMap<String, SourceFiles.Entry> once = new TreeMap<>();
    files.forEach(file -> once.put(file.path(), file));
    if (once.size() < files.size()) {
      links.add(
          "%s that two of source.path name, read once"
              .formatted(Counts.of(files.size() - once.size(), "file")));
    }
    return List.copyOf(once.values());
  }

  List<String> links() {
    return links;
  }

  List<String> underscored() {
    return List.copyOf(underscored);
  }

  /** Adds what a file system without links lists, a file or all files of a folder. */
  void remote(org.apache.hadoop.fs.Path start) throws IOException {
    var listed = fs.listFiles(start, true);
    while (listed.hasNext()) {
      var file = listed.next();
      String path = relative(file.getPath());
      if (visible(path)) {
        files.add(new SourceFiles.Entry(path, file.getLen(), file.getModificationTime()));
      }
    }
  }

  /** Adds a local file, or all files of a local folder. */
  void local(Path start) throws IOException {
    Path top = Path.of(root.toUri().getPath());
    Deque<Path> later = new ArrayDeque<>();
    if (Files.isDirectory(start)) {
      folder(start, top, later);
    } else {
      file(start, top);
    }
    while (!later.isEmpty()) {
      follow(later.poll(), top, later);
    }
  }

  private void folder(Path folder, Path top, Deque<Path> later) throws IOException {
    read.add(folder.toRealPath());
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    }
    children.sort(Comparator.naturalOrder());
    for (Path child : children) {
      if (!visible(relative(child, top))) {
        continue;
      }
      if (Files.isSymbolicLink(child)) {
        later.add(child);
      } else if (Files.isDirectory(child)) {
        folder(child, top, later);
      } else {
        file(child, top);
      }
    }
  }

  private void follow(Path link, Path top, Deque<Path> later) throws IOException {
    String path = relative(link, top);
    if (!Files.exists(link)) {
      links.add("%s, a link to nothing (%s)".formatted(path, Files.readSymbolicLink(link)));
      return;
    }
    Path real = link.toRealPath();
    if (Files.isDirectory(real)) {
      if (read.contains(real) || top.toRealPath().startsWith(real)) {
        links.add("%s, a link to a folder that is read already".formatted(path));
      } else {
        folder(link, top, later);
      }
    } else if (real.getParent().equals(link.toAbsolutePath().getParent().toRealPath())) {
      links.add("%s, a link to a file beside it".formatted(path));
    } else if (read.contains(real.getParent())
        && !SourceFiles.hidden(real.getFileName().toString())) {
      throw new IllegalArgumentException(
          "Cannot read %s: %s is a link to %s, which lies in it too and would count twice (source.path must hold the links or the files, not both)"
              .formatted(source, path, real));
    } else {
      file(link, top);
    }
  }

  private void file(Path file, Path top) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isRegularFile()) {
      long modified = attributes.lastModifiedTime().toMillis();
      files.add(new SourceFiles.Entry(relative(file, top), attributes.size(), modified));
    }
  }

  /** A path as it is told to people: below the root. */
  String relative(org.apache.hadoop.fs.Path path) {
    return root.toUri().relativize(path.toUri()).getPath();
  }

  /**
   * Whether a path is no hidden one.
   *
   * @throws IllegalArgumentException if it belongs to the log of a table
   */
  boolean visible(String path) {
    TableFormat.refuse(source, path);
    if (!SourceFiles.hidden(path)) {
      return true;
    }
    if (path.startsWith("_") || path.contains("/_")) {
      underscored.add(path);
    }
    return false;
  }

  private static String relative(Path path, Path top) {
    return top.relativize(path).toString();
  }
}
