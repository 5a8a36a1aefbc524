package io.millrace.training;

import io.millrace.backend.HostAccess;
import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.wire.WeightCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Encoding and decoding 25.6 M fp32 parameters, against {@code Nd4j.write} and {@code read}. */
public final class CodecBench implements Benchmark {
  private static final int ELEMENTS = 25_600_000;

  @Override
  public void run(BenchReport report) throws Exception {
    INDArray weights = Nd4j.rand(1, ELEMENTS);
    INDArray back = Nd4j.createUninitialized(1, ELEMENTS);
    double[] seconds =
        Bench.alternate(
            () -> {
              byte[][] slices = WeightCodec.allocate(ELEMENTS);
              try (HostAccess from = HostAccess.reading(weights);
                  HostAccess to = HostAccess.writing(back)) {
                WeightCodec.put(from, 0, slices, 0, ELEMENTS);
                WeightCodec.get(slices, 0, to, 0, ELEMENTS);
              }
            },
            () -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * ELEMENTS + 1024);
              Nd4j.write(weights, new DataOutputStream(bytes));
              Nd4j.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))).close();
            });
    report.atLeast(
        "encode and decode 25.6 M fp32, s", seconds[0], seconds[1], seconds[1] / seconds[0], 10);
  }
}
