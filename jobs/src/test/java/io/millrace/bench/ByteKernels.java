package io.millrace.bench;

import io.millrace.backend.HostAccess;
import io.millrace.backend.NativeBinary;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageEncoder;
import io.millrace.image.PixelBuffer;
import io.millrace.wire.WeightCodec;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels between bytes and arrays: a million fp32 weights, a plain JPEG of 500x375; run by
 * {@code deploy/bench kernels}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class ByteKernels {
  private static final int ELEMENTS = 1_000_000;

  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer pixels = new PixelBuffer();
  private INDArray weights;
  private byte[][] slices;
  private byte[] jpeg;

  @Setup
  public void prepare() throws Exception {
    NativeBinary.select();
    weights = Nd4j.randn(1, ELEMENTS);
    slices = WeightCodec.allocate(ELEMENTS);
    jpeg = ImageEncoder.jpeg(photo(), 90);
  }

  /** Slopes, an edge and some noise. */
  private PixelBuffer photo() {
    PixelBuffer photo = new PixelBuffer().reshape(375, 500, 3);
    Random random = new Random(1);
    for (int i = 0; i < photo.data().length; i++) {
      int x = i / 3 % 500;
      int y = i / 1500;
      double slope = 80 * Math.sin(0.07 * (x + i % 3)) + 50 * Math.cos(0.05 * y);
      photo.data()[i] = (byte) (130 + 0.7 * slope + (x > y ? 20 : 0) + random.nextInt(12));
    }
    return photo;
  }

  @TearDown
  public void close() {
    decoder.close();
  }

  @Benchmark
  public void encodeWeights() {
    try (HostAccess from = HostAccess.reading(weights)) {
      WeightCodec.put(from, 0, slices, 0, ELEMENTS);
    }
  }

  @Benchmark
  public void decodeWeights() {
    try (HostAccess to = HostAccess.writing(weights)) {
      WeightCodec.get(slices, 0, to, 0, ELEMENTS);
    }
  }

  @Benchmark
  public void decodeJpeg() {
    decoder.decode(jpeg, 0, jpeg.length, 3, pixels);
  }
}
