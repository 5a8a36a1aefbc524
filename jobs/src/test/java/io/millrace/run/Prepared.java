package io.millrace.run;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sets for whole runs: a small lake, and what a config makes of it. */
public final class Prepared {
  private Prepared() {}

  /** Prepares the set that a config describes. */
  public static void by(RunConfig config) throws IOException {
    PrepareJob.run(
        SharedSpark.session(),
        config.source(),
        config.dataset(),
        config.seed(),
        PrepareListener.NONE,
        () -> false);
  }

  /**
   * Grey images of 10 x 9 in {@code folder/lake}, of the classes 0, 1 and 2 in turn.
   *
   * @param train images to train on
   * @param validation images to validate on; none for no such file
   */
  public static void lake(Path folder, int train, int validation) throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows(0, train));
    if (validation > 0) {
      Lake.huggingFace(lake.resolve("validation-0.parquet"), rows(train, train + validation));
    }
  }

  /**
   * The config of a run in {@code folder}, on a set that is made of its lake.
   *
   * @param rest more YAML
   */
  public static RunConfig config(Path folder, String name, String rest, String... overrides) {
    String yaml =
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 4, fileBlocks: 3}
        input: {height: 8, width: 8, channels: 1}
        """
            .formatted(folder, name);
    return ConfigReader.read("run.yaml", yaml + rest, List.of(overrides));
  }

  private static List<Row> rows(int from, int to) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 10, 9, 1), "png"), i % 3));
    }
    return rows;
  }
}
