package io.millrace.precision;

import io.millrace.settings.Named;

/** Single precision: 8 bits of exponent, 23 of fraction; nothing is rounded. */
@Named(value = "fp32", doc = "Single precision throughout.")
public record Fp32() implements Precision {
  @Override
  public float nearest(float value) {
    return value;
  }

  @Override
  public int bytes() {
    return Float.BYTES;
  }

  @Override
  public boolean isFull() {
    return true;
  }
}
