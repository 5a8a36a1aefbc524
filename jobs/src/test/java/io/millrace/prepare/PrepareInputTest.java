package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.lenient;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake.Row;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source that is not in order comes to: a line, or rows in quarantine with their reason. */
class PrepareInputTest {
  @TempDir Path folder;

  @Test
  void filesThatCannotBeDecodedEndItInOneLineThatCountsThem() throws Exception {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    for (String name : List.of("a", "b", "c")) {
      Path file = lake.resolve(name + ".parquet");
      Lake.huggingFace(file, Lake.rows(name.hashCode(), 9));
      if (!name.equals("a")) {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 30, 60, (byte) 0xa5);
        Files.write(file, bytes);
      }
    }
    var spark = SharedSpark.session().sparkContext();
    var tasks = new Tasks();
    spark.addSparkListener(tasks);
    assertThatThrownBy(() -> prepare(source(lake), train(folder.resolve("set"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot read row group 0 of file:%s/b.parquet: .* \\(and 1 more\\)".formatted(lake));
    spark.listenerBus().waitUntilEmpty();
    spark.removeSparkListener(tasks);
    assertThat(tasks.succeeded.get()).isPositive();
    assertThat(tasks.failed.get()).isZero();
  }

  @Test
  void aRowWithoutASplitOrWithoutItsFileSaysSoInQuarantine() throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Path set = folder.resolve("set");
    Lake.plain(
        lake.resolve("a.parquet"),
        List.of(
            new Row(Lake.png(1), "dog", "train"),
            new Row(Lake.png(2), "cat", "train"),
            new Row(Lake.png(3), "cat", null)));
    var source =
        new SourceConfig(lake.toString(), Format.AUTO, "picture", "kind", "part", List.of(), null);
    prepare(source, lenient(set));
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(2);
    assertThat(quarantined(set)).containsExactly("unknown split: it has no split");

    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 3));
    Lake.paths(lake.resolve("b.parquet"), List.of("gone.png"));
    prepare(source(lake), lenient(set));
    assertThat(quarantined(set))
        .containsExactly(
            "path to no image: it has a path and no bytes, and no file is at gone.png");
  }

  private static List<String> quarantined(Path set) {
    String folder = set.resolve(open(set).manifest().origin().quarantine()).toString();
    return SharedSpark.session().read().parquet(folder).collectAsList().stream()
        .map(row -> row.getAs("reason") + ": " + row.getAs("detail"))
        .toList();
  }

  private static final class Tasks extends SparkListener {
    final AtomicInteger succeeded = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      (end.taskInfo().successful() ? succeeded : failed).incrementAndGet();
    }
  }
}
