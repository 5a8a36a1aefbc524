package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.source.SourceRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** One row's failure is that row's. */
class RowCheckTest {
  private record Made(int row, byte[] image, int rawHeight, int rawWidth) implements Serializable {}

  @Test
  void whateverAnImageMakesTheDecoderThrowIsThatRowsFault() throws IOException {
    byte[] thin = Lake.encoded(Lake.picture(1, 3000, 1, 3), "png");
    List<Made> rows =
        List.of(
            new Made(0, new byte[6], 2, 3),
            new Made(1, new byte[6], 2_000_000, 2_000),
            new Made(2, new byte[7], 2, 3),
            new Made(3, new byte[6], 1, Integer.MAX_VALUE),
            new Made(4, thin, 0, 0),
            new Made(5, Lake.png(5), 0, 0));
    var config = new DatasetConfig("any", 8, 2, 0, 1024, Encoding.KEEP, 90, 0.01);
    List<Rejection> rejected =
        new JavaSparkContext(SharedSpark.session().sparkContext())
            .parallelize(rows, 1)
            .mapPartitions(made -> rejections(made, config))
            .collect();
    assertThat(rejected)
        .extracting(r -> "%s %d %s: %s".formatted(r.file(), r.row(), r.reason(), r.detail()))
        .containsExactly(
            "a.idx 1 unreadable image: Cannot decode image: 2000 x 2000000 pixels (must be 1 to 134217728 in all)",
            "a.idx 2 unreadable image: it cannot be decoded, java.lang.ArrayIndexOutOfBoundsException:"
                + " arraycopy: last destination index 7 out of bounds for byte[6]",
            "a.idx 3 unreadable image: Cannot decode image: 2147483647 x 1 pixels (must be 1 to 134217728 in all)",
            "a.idx 4 unreadable image: Cannot decode image: 1 x 3000 pixels become 1024 x 3072000"
                + " (must be at most 16777216 in all)");
  }

  private static Iterator<Rejection> rejections(Iterator<Made> made, DatasetConfig config) {
    List<SourceRow> rows = new ArrayList<>();
    made.forEachRemaining(
        m ->
            rows.add(
                new SourceRow(
                    "a.idx", m.row(), "train", "0", m.image(), m.rawHeight(), m.rawWidth(), null)));
    List<Rejection> rejected = new ArrayList<>();
    new RowCheck(0, rows.iterator(), config)
        .forEachRemaining(
            checked -> {
              if (checked.rejection() != null) {
                rejected.add(checked.rejection());
              }
            });
    return rejected.iterator();
  }
}
