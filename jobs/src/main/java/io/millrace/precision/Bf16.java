package io.millrace.precision;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.wire.Bfloat16;

/**
 * Brain floating point: 8 bits of exponent, 7 of fraction. It reaches as far as fp32, so that the
 * loss needs no scaling.
 *
 * <p>Kalamkar, Mudigere, Mellempudi et al., A Study of BFLOAT16 for Deep Learning Training, 2019,
 * arXiv 1905.12322.
 *
 * @param emulated whether operands are rounded around fp32 also on a CPU that has bf16, whose
 *     kernels add up in another order
 */
@Named(
    value = "bf16",
    doc =
        "Forward and backward in bf16: natively on CPUs that have AVX512_BF16, elsewhere rounded"
            + " around fp32, slower.")
public record Bf16(
    @Key(
            doc =
                "Whether to round around fp32 also where the CPU has bf16, so that unlike CPUs give"
                    + " the same bits.",
            value = "false")
        boolean emulated)
    implements Precision {
  /** That of the CPU, where it has it. */
  public Bf16() {
    this(false);
  }

  @Override
  public float nearest(float value) {
    return Bfloat16.widen(Bfloat16.round(value));
  }

  @Override
  public int bytes() {
    return Short.BYTES;
  }
}
