package io.millrace.source;

import io.millrace.dataset.HadoopConf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Parquet files with an image column (a struct of bytes and path, or binary) and a label column.
 * The class names of Hugging Face's layout come from the footers.
 */
final class ParquetSource implements Source {
  private static final long serialVersionUID = 1;

  private final ImageFiles images;
  private final SourceConfig config;
  private final RowFilter filter;
  private final PathSplits splits;
  private final Map<String, PathLabels> pathLabels;
  private final int depth;
  private final List<Slice> slices = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> classNames;
  private final boolean integerLabels;

  /**
   * Reads the footers.
   *
   * @param beside extensions of the files that are no Parquet
   */
  ParquetSource(SourceFiles files, List<String> beside, SourceConfig config, ManyFiles looks) {
    this.images = new ImageFiles(files.root().toString(), new HadoopConf(looks.conf()));
    this.config = config;
    this.filter = files.filter();
    leftOut.addAll(files.links());
    leftOut.addAll(LeftOut.files(beside, "beside the Parquet, read only where rows name them"));
    List<String> paths = files.files().stream().map(SourceFiles.Entry::path).toList();
    this.splits =
        config.split() == null && config.splitByPath()
            ? PathSplits.of(paths, config.label(), config.place())
            : PathSplits.NONE;
    List<SourceFiles.Entry> chosen =
        splits.told() ? splits.choose(files.files(), config.splits(), leftOut) : files.files();
    List<Footer> footers = footers(chosen, looks);
    Footer first = footers.isEmpty() ? Footer.without("") : footers.get(0);
    this.integerLabels = footers.stream().allMatch(Footer::integerLabels);
    for (Footer footer : footers) {
      if (!footer.agrees(first, integerLabels)) {
        throw new IllegalArgumentException(
            "Cannot read %s: %s and %s differ in the type or the class names of column %s"
                .formatted(config.place(), first.file(), footer.file(), config.label()));
      }
      slices.addAll(footer.slices());
    }
    this.depth = files.matched();
    Set<String> byPath =
        footers.stream().filter(Footer::byPath).map(Footer::file).collect(Collectors.toSet());
    this.pathLabels =
        pathLabels(chosen.stream().filter(file -> byPath.contains(file.path())).toList(), looks);
    boolean rowsTell =
        config.split() != null || pathLabels.values().stream().anyMatch(PathLabels::tellsSplits);
    if (!rowsTell && !splits.told()) {
      splits.choose(chosen, config.splits(), leftOut);
    }
    if (!splits.told() && footers.stream().anyMatch(Footer::unreadSplit)) {
      leftOut.add("column %s: source.split does not name it".formatted(Footer.SPLIT));
    }
    if (rowsTell && !config.splits().isEmpty()) {
      leftOut.add("rows whose split source.splits does not name");
    }
    this.classNames = integerLabels ? first.classNames() : List.of();
  }

  @Override
  public List<Slice> slices() {
    return slices;
  }

  @Override
  public RowIterator read(Slice slice) throws IOException {
    Path path = SourceFiles.path(images.root(), slice.file());
    return new ParquetRows(
        path,
        slice,
        splits.name(slice.file()),
        config,
        images,
        filter,
        pathLabels.get(place(slice.file())));
  }

  @Override
  public boolean integerLabels() {
    return integerLabels;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  /** What the paths of the images' files tell, by the place that a file is of. */
  private Map<String, PathLabels> pathLabels(List<SourceFiles.Entry> files, ManyFiles looks) {
    ImageFiles given = images;
    RowFilter rows = filter;
    List<TreeSet<String>> found = looks.look(files, file -> PathFolders.of(file, given, rows));
    Map<String, Set<String>> places = new TreeMap<>();
    for (int i = 0; i < files.size(); i++) {
      String place = place(files.get(i).path());
      places.computeIfAbsent(place, any -> new TreeSet<>()).addAll(found.get(i));
    }
    Map<String, PathLabels> labels = PathLabels.of(places, config.splitByPath(), config.place());
    if (depth < 0 && labels.values().stream().anyMatch(each -> !each.tellsSplits())) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be folders of one depth, where the images' folders are the classes)"
              .formatted(config.place()));
    }
    return labels;
  }

  /** Of what a list names or a pattern matches, that in which a file lies. */
  private String place(String file) {
    String[] names = file.split("/");
    int folders = Math.min(Math.max(0, depth), names.length - 1);
    return String.join("/", Arrays.asList(names).subList(0, folders));
  }

  /** The footers of the files that have rows. */
  private List<Footer> footers(List<SourceFiles.Entry> files, ManyFiles looks) {
    // Not the fields themselves: the object under construction must not travel.
    ImageFiles place = images;
    SourceConfig columns = config;
    RowFilter rows = filter;
    List<Footer> footers = looks.look(files, file -> Footer.read(file, columns, place, rows));
    for (Footer footer : footers) {
      if (footer.problem() != null) {
        throw new BadSourceException(footer.problem(), null);
      }
    }
    return footers.stream().filter(footer -> !footer.slices().isEmpty()).toList();
  }
}
