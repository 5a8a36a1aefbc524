package io.millrace.precision;

import io.millrace.settings.Named;
import io.millrace.wire.Bfloat16;

/**
 * Brain floating point: 8 bits of exponent, 7 of fraction. It reaches as far as fp32, so that the
 * loss needs no scaling.
 *
 * <p>Kalamkar, Mudigere, Mellempudi et al., A Study of BFLOAT16 for Deep Learning Training, 2019,
 * arXiv 1905.12322.
 */
@Named(
    value = "bf16",
    doc =
        "Forward and backward in bf16: natively on CPUs that have AVX512_BF16, elsewhere rounded"
            + " around fp32, slower.")
public record Bf16() implements Precision {
  @Override
  public float nearest(float value) {
    return Bfloat16.widen(Bfloat16.round(value));
  }

  @Override
  public int bytes() {
    return Short.BYTES;
  }
}
