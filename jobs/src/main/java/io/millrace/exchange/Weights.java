package io.millrace.exchange;

import io.millrace.settings.Named;
import java.nio.ByteBuffer;
import java.util.List;

/** Workers send their weights, and their optimiser state where it is averaged, in fp32. */
@Named(value = "weights", doc = "Weights after the round's updates, and the optimiser state.")
public record Weights() implements Exchange {
  @Override
  public byte[] up(byte[] own, byte[] master, Wire wire) {
    return own;
  }

  @Override
  public byte[] reduce(List<ByteBuffer> slices, long[] examples, boolean weighted, Wire wire) {
    return SliceAverage.of(slices, Averaging.counts(examples, weighted), wire);
  }

  @Override
  public void check(Every every, AveragingConfig.State state, Wire wire) {
    if (wire == Wire.BF16) {
      throw new IllegalArgumentException(
          "Invalid wire: bf16 (must be fp32 where exchange is weights, which would lose their last"
              + " 16 bits: set exchange to differences or gradients)");
    }
  }
}
