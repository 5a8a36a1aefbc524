package io.millrace.exchange;

import io.millrace.settings.Named;
import io.millrace.wire.WeightCodec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Workers send how far they have moved from the weights that came down: the same average, but for
 * the rounding of the differences, which bf16 can carry.
 */
@Named(value = "differences", doc = "How far the weights have moved in the round.")
public record Differences() implements Exchange {
  @Override
  public byte[] up(byte[] own, byte[] master, Wire wire) {
    return wire.difference(own, master);
  }

  @Override
  public byte[] reduce(List<ByteBuffer> slices, long[] examples, boolean weighted, Wire wire) {
    return SliceAverage.of(slices, Averaging.counts(examples, weighted), wire);
  }

  @Override
  public void finish(byte[][] master, byte[][] reduced) {
    WeightCodec.add(master, reduced);
  }

  @Override
  public void check(Every every, AveragingConfig.State state, Wire wire) {
    if (wire == Wire.BF16 && state == AveragingConfig.State.AVERAGE) {
      throw new IllegalArgumentException(
          "Invalid state: average (must be local-reset where wire is bf16, which carries no"
              + " optimiser state)");
    }
  }
}
