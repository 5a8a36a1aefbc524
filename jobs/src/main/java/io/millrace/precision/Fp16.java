package io.millrace.precision;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Half precision: 5 bits of exponent, 10 of fraction, from 6e-8 to 65504. Gradients below that
 * range would be lost, so that the loss is scaled, see {@link LossScale}.
 *
 * @param initialScale the first factor of the loss
 * @param growthInterval updates without an overflow after which it grows
 * @param growth the factor by which it does
 * @param backoff the factor by which it falls after an overflow
 */
@Named(
    value = "fp16",
    doc =
        "Forward and backward in fp16 with dynamic loss scaling; CPUs round around fp32, slower than"
            + " fp32.")
public record Fp16(
    @Key(doc = "First factor of the loss.", value = "65536", min = 1e-9) double initialScale,
    @Key(doc = "Updates without an overflow after which the factor grows.", value = "2000", min = 1)
        int growthInterval,
    @Key(doc = "Factor by which it grows.", value = "2", min = 1) double growth,
    @Key(
            doc = "Factor by which it falls after an overflow.",
            value = "0.5",
            min = 0,
            above = true,
            max = 1,
            below = true)
        double backoff)
    implements Precision {
  /** Those of PyTorch's GradScaler. */
  public Fp16() {
    this(65536, 2000, 2, 0.5);
  }

  @Override
  public float nearest(float value) {
    return Float16.widen(Float16.round(value));
  }

  @Override
  public int bytes() {
    return Short.BYTES;
  }

  @Override
  public Optional<DataType> cast() {
    return Optional.of(DataType.HALF);
  }

  @Override
  public Optional<LossScale> scaling() {
    return Optional.of(new LossScale(initialScale, growthInterval, growth, backoff));
  }
}
