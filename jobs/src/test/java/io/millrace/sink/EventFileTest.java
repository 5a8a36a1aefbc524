package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

/** What is written is what TensorFlow's own messages read. */
class EventFileTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:30:09.250Z");

  private final EventFile file = new EventFile(TIME);

  private List<Events.Event> read() throws IOException {
    return Events.of(file.toBytes());
  }

  private Summary.Value value() throws IOException {
    return read().get(1).summary().getValue(0);
  }

  /** The first bytes of every file that TensorFlow itself writes: 24, and the checksum of that. */
  @Test
  void beginsAsTensorFlowsFilesDo() throws IOException {
    byte[] head = Arrays.copyOf(file.toBytes(), 12);
    assertThat(HexFormat.of().formatHex(head)).isEqualTo("1800000000000000a37f4b22");
    assertThat(read())
        .singleElement()
        .satisfies(
            version -> {
              assertThat(version.version()).isEqualTo("brain.Event:2");
              assertThat(version.time()).isEqualTo(1769862609.25);
            });
  }

  @Test
  void numbersKeepTagStepAndTime() throws IOException {
    file.scalars(TIME, 5_000_000_000L, Map.of("epoch/val_top1", 0.75));
    assertThat(read().get(1).step()).isEqualTo(5_000_000_000L);
    assertThat(read().get(1).time()).isEqualTo(1769862609.25);
    assertThat(value().getTag()).isEqualTo("epoch/val_top1");
    assertThat(value().getSimpleValue()).isEqualTo(0.75f);
  }

  /**
   * TensorFlow's own event reads all of it; it knows another Summary than ND4J, so it is read
   * apart.
   */
  @Test
  void tensorFlowsOwnEventReadsAllOfIt() throws Exception {
    file.scalars(TIME, 7, Map.of("loss", 0.5));
    file.histogram(TIME, 7, "weights", BinHistogram.of(Map.of("2^-1", 6.0)));
    List<URL> jars = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (each.matches(".*/(proto-1\\.15|protobuf-java-).*\\.jar")) {
        jars.add(Path.of(each).toUri().toURL());
      }
    }
    try (URLClassLoader apart = new URLClassLoader(jars.toArray(URL[]::new), null)) {
      var parse = apart.loadClass("org.tensorflow.util.Event").getMethod("parseFrom", byte[].class);
      assertThat(parse.invoke(null, read().get(1).bytes()))
          .hasToString(
              """
              wall_time: 1.76986260925E9
              step: 7
              summary {
                value {
                  tag: "loss"
                  simple_value: 0.5
                }
              }
              """);
      assertThat(parse.invoke(null, read().get(2).bytes()).toString())
          .contains("histo {", "min: 0.5", "num: 6.0", "bucket_limit: 1.0", "bucket: 6.0")
          .doesNotContainPattern("(?m)^\\s*\\d+:"); // fields that it does not know
    }
  }

  @Test
  void whatWasNotMeasuredIsNoPoint() throws IOException {
    file.scalars(TIME, 1, Map.of("a", Double.NaN, "b", 2.0));
    assertThat(read().get(1).summary().getValueList())
        .extracting(Summary.Value::getTag)
        .containsExactly("b");
  }

  /** -1/2..-1/4, zeros, a gap, and 1/2..1. */
  @Test
  void binsBecomeBucketsWithoutHoles() throws IOException {
    Map<String, Double> bins = Map.of("2^-1", 6.0, "-2^-2", 3.0, "0", 1.0);
    file.histogram(TIME, 7, "weights", BinHistogram.of(bins));
    HistogramProto histogram = value().getHisto();
    double zero = Math.pow(2, -40);
    assertThat(histogram.getMin()).isEqualTo(-0.5);
    assertThat(histogram.getMax()).isEqualTo(1);
    assertThat(histogram.getNum()).isEqualTo(10);
    assertThat(histogram.getSum()).isEqualTo(3 * -0.375 + 6 * 0.75);
    assertThat(histogram.getSumSquares()).isEqualTo(3 * 0.140625 + 6 * 0.5625);
    assertThat(histogram.getBucketLimitList()).containsExactly(-0.25, -zero, zero, 0.5, 1.0);
    assertThat(histogram.getBucketList()).containsExactly(3.0, 0.0, 1.0, 0.0, 6.0);
  }

  @Test
  void picturesAreOnePng() throws IOException {
    PictureGrid grid =
        PictureGrid.of(SinkRuns.of(null, false, Map.of(), List.of()).shown().filters(null));
    file.picture(TIME, 3, "filters", grid);
    Summary.Image image = value().getImage();
    var picture =
        ImageIO.read(new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
    assertThat(image.getColorspace()).isEqualTo(3);
    assertThat(picture.getWidth()).isEqualTo(image.getWidth()).isEqualTo(3 * 31 - 1);
    assertThat(picture.getHeight()).isEqualTo(image.getHeight()).isEqualTo(2 * 21 - 1);
  }
}
