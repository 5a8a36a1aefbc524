package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import io.millrace.dataset.Split;
import io.millrace.image.ImageFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.lang3.StringUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * One folder a class, in a {@link FolderLayout}. A file is an image if it has the extension of an
 * {@link ImageFormat}, or none.
 */
final class FolderSource implements Source {
  private static final long serialVersionUID = 1;
  private static final Set<String> TABLES = Set.of("csv", "tsv", "jsonl", "json", "txt", "xml");

  private final ImageFiles images;
  private final FolderLayout layout;
  private final List<Slice> slices;
  private final List<String> leftOut = new ArrayList<>();

  FolderSource(SourceFiles files, SourceConfig config, Configuration conf) throws IOException {
    this.images = new ImageFiles(files.root().toString(), new HadoopConf(conf));
    List<SourceFiles.Entry> found = images(files, config.place(), leftOut);
    List<String> paths = found.stream().map(SourceFiles.Entry::path).toList();
    boolean tables = files.files().stream().anyMatch(file -> TABLES.contains(file.extension()));
    this.layout = layout(paths, depth(paths, files), config, tables);
    this.slices =
        FolderImages.of(found, layout, config, leftOut).stream()
            .map(file -> new Slice(file.path(), 0, 0, 1, file.bytes()))
            .toList();
    leftOut.addAll(emptyClasses(files.root().getFileSystem(conf)));
  }

  /** The images among the files; what is left out is added to {@code leftOut}. */
  static List<SourceFiles.Entry> images(SourceFiles files, String source, List<String> leftOut) {
    leftOut.addAll(files.links());
    leftOut.addAll(LeftOut.some(files.underscored(), "paths with a name that begins with _"));
    leftOut.addAll(
        LeftOut.files(
            files.files().stream()
                .map(SourceFiles.Entry::extension)
                .filter(extension -> !isImage(extension))
                .toList(),
            "without an image's extension"));
    List<SourceFiles.Entry> found =
        files.files().stream().filter(file -> isImage(file.extension())).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: none of its files is a *.parquet, an IDX file, or a %s"
              .formatted(source, ImageFormat.names()));
    }
    return found;
  }

  /**
   * Folders above those of the classes. What a pattern matches is a source of its own, as what a
   * list names, unless all images lie in it: then it is a class.
   */
  private static int depth(List<String> images, SourceFiles files) {
    IntSummaryStatistics above =
        images.stream().mapToInt(path -> StringUtils.countMatches(path, '/')).summaryStatistics();
    int matched = files.matched();
    if (matched >= 0 && above.getMin() > matched) {
      return matched;
    }
    boolean classes = matched > files.depth() && above.getMin() == matched;
    return classes && above.getMax() == matched ? matched - 1 : files.depth();
  }

  /** Each of several folders is a source of its own, unless their names are splits. */
  private static FolderLayout layout(
      List<String> paths, int depth, SourceConfig config, boolean tables) {
    FolderLayout layout =
        config.splitByPath()
            ? FolderLayout.of(paths, config.place(), tables)
            : FolderLayout.CLASSES;
    if (depth < 0 && layout.split() < 0) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be folders of one depth, where folders are the classes)"
              .formatted(config.place()));
    }
    return layout.split() < 0 ? new FolderLayout(-1, depth) : layout;
  }

  private static boolean isImage(String extension) {
    return extension.isEmpty() || ImageFormat.allExtensions().contains(extension);
  }

  private List<String> emptyClasses(FileSystem fs) throws IOException {
    Set<String> parents = new TreeSet<>();
    Set<String> classes = new HashSet<>();
    for (Slice slice : slices) {
      classes.add(layout.label(slice.file()));
      parents.add(layout.parent(slice.file()));
    }
    return LeftOut.folders(
        fs,
        parents.stream().map(parent -> SourceFiles.path(images.root(), parent)).toList(),
        classes);
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    byte[] bytes = images.bytes(slice.file());
    Split split = layout.splitOf(slice.file());
    String name = split == null ? null : Splits.name(split);
    var row = new SourceRow(slice.file(), 0, name, layout.label(slice.file()), bytes, 0, 0);
    return new OneRow(row);
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  @Override
  public boolean integerLabels() {
    return false;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }
}
