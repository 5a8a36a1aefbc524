package io.millrace.series;

import io.millrace.config.ConfigException;
import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.config.Written;
import io.millrace.model.init.Pretrained;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Reads a series file and the config that it names, and resolves all runs. */
public final class SeriesReader {
  private static final Set<String> OWN =
      Arrays.stream(SeriesConfig.class.getRecordComponents())
          .map(RecordComponent::getName)
          .collect(Collectors.toSet());

  private final String file;
  private final SeriesConfig config;
  private final Written base;
  private final List<String> overrides;
  private final String output;
  private final Set<String> problems = new LinkedHashSet<>();
  private final List<SeriesRun> above = new ArrayList<>();

  /** Finds the text of a config file. */
  public interface Files {
    /**
     * Reads one.
     *
     * @param path as it is written
     */
    String read(String path) throws IOException;
  }

  private SeriesReader(String file, SeriesConfig config, Written base, List<String> overrides) {
    this.file = file;
    this.config = config;
    this.base = base;
    this.overrides = overrides;
    this.output = ConfigReader.read(base, List.of(config.set()), overrides).output();
  }

  /**
   * Reads a series.
   *
   * @param file name of its file
   * @param yaml its text
   * @param overrides {@code key.path=value} each: a key of a series file is set there, any other in
   *     all runs
   * @param files reads the config that the file names
   * @throws ConfigException with every problem
   * @throws IOException if a file cannot be read
   */
  public static Series read(String file, String yaml, List<String> overrides, Files files)
      throws IOException {
    List<String> own = overrides.stream().filter(SeriesReader::isOwn).toList();
    List<String> inRuns = overrides.stream().filter(each -> !isOwn(each)).toList();
    SeriesConfig config = ConfigReader.read(SeriesConfig.class, file, yaml, own);
    Written base = config.base();
    if (base.text().isPresent()) {
      String path = beside(file, base.text().get());
      base = Written.file(path, files.read(path));
    }
    return new SeriesReader(file, config, base, inRuns).series();
  }

  private static boolean isOwn(String override) {
    String key = override.replaceFirst("[.=].*", "");
    boolean inAll = override.startsWith("set.") || override.startsWith("base.");
    if (key.equals("seed") || inAll) {
      throw new IllegalArgumentException(
          "Invalid --set: %s (must be %s)"
              .formatted(
                  override,
                  inAll
                      ? override.substring(key.length() + 1) + ", which is set in all runs"
                      : override.replaceFirst("=(.*)", "s=[$1]")));
    }
    return OWN.contains(key);
  }

  /** A path that counts from the folder of a file. */
  private static String beside(String file, String path) {
    return file.contains("/") ? new Path(new Path(file).getParent(), path).toString() : path;
  }

  private Series series() {
    List<Series.Row> rows = new ArrayList<>();
    for (int change = 0; change < config.changes().size(); change++) {
      List<SeriesRun> runs = runs(change);
      rows.add(Series.Row.of(config, change, isAnew(change, runs), runs));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    Series series = new Series(file, config, output, rows);
    oneSession(series);
    return series;
  }

  /** The runs of a change; none after a problem was noted. */
  private List<SeriesRun> runs(int change) {
    String name = config.changes().get(change).name();
    List<SeriesRun> runs = new ArrayList<>();
    for (long seed : config.seeds(change)) {
      try {
        runs.add(run(change, name + "-" + seed, seed));
      } catch (ConfigException e) {
        e.problems().forEach(line -> problems.add("%s (in change %s)".formatted(line, name)));
        return List.of();
      }
    }
    above.addAll(runs);
    return runs;
  }

  /** Whether a change makes another config; a flag may say otherwise, or the row that it is in. */
  private boolean isAnew(int change, List<SeriesRun> runs) {
    if (runs.isEmpty() || config.changes().get(change).set().isEmpty()) {
      return true;
    }
    SeriesRun run = runs.get(0);
    try {
      RunConfig without =
          read(sets(config.madeIn(change), run.seed()), own(run.name(), run.seed()), List.of());
      return !ConfigWriter.flat(without).equals(ConfigWriter.flat(run.config()));
    } catch (ConfigException e) {
      return true; // that one is no config at all
    }
  }

  /** What a change and those that it is made in set, the first of them first. */
  private List<Written> sets(int change, long seed) {
    List<Written> sets = new ArrayList<>();
    for (int each = change; each >= 0; each = config.madeIn(each)) {
      sets.add(0, config.changes().get(each).set());
    }
    sets.add(0, config.set());
    Map<String, String> words = Map.of("<series>", folder(), "<seed>", String.valueOf(seed));
    sets.replaceAll(set -> set.replacing(words));
    return sets;
  }

  private List<String> own(String name, long seed) {
    return List.of("name=" + name, "output=" + folder(), "seed=" + seed);
  }

  private String folder() {
    return output + "/" + config.name();
  }

  private SeriesRun run(int change, String name, long seed) {
    String folder = folder();
    List<Written> sets = sets(change, seed);
    List<String> own = own(name, seed);
    RunConfig run = read(sets, own, List.of());
    Optional<String> needs =
        maker("loss.distillation.teacher", run.loss().distillation().teacher(), folder)
            .or(() -> maker(run.init().fileKey(), file(run), folder));
    RunConfig alone =
        needs.isEmpty() ? run : read(sets, own, List.of("loss.distillation={}", "init={}"));
    return new SeriesRun(config.changes().get(change).name(), seed, run, alone, needs);
  }

  private static String file(RunConfig run) {
    return run.init().pretrained().map(Pretrained::path).orElse(null);
  }

  /** The run above that makes the model at a path; none for one that is not of this series. */
  private Optional<String> maker(String key, String path, String folder) {
    if (path == null || !path.startsWith(folder + "/")) {
      return Optional.empty();
    }
    String maker = path.substring(folder.length() + 1).replaceFirst("/.*", "");
    if (above.stream().noneMatch(each -> each.name().equals(maker))) {
      throw new ConfigException(
          List.of("Invalid %s: %s (must be of a run above in the series)".formatted(key, path)));
    }
    return Optional.of(maker);
  }

  private RunConfig read(List<Written> sets, List<String> own, List<String> less) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(own);
    all.addAll(less);
    return ConfigReader.read(base, sets, all);
  }

  /** What a session has but once cannot differ. */
  private static void oneSession(Series series) {
    var first = series.first().training();
    series
        .runs()
        .forEach(
            run -> {
              var training = run.config().training();
              same(
                  "threadsPerReplica",
                  training.threadsPerReplica(),
                  first.threadsPerReplica(),
                  run);
              same("nativeBinary", training.nativeBinary(), first.nativeBinary(), run);
            });
  }

  private static void same(String key, Object value, Object first, SeriesRun run) {
    if (!value.equals(first)) {
      throw new IllegalArgumentException(
          "Invalid training.%s: %s in change %s (must be the same in all runs, which share a Spark session: %s)"
              .formatted(key, value, run.change(), first));
    }
  }
}
