package io.millrace.model;

import java.util.Locale;

/** Whose names the arrays of a file of weights have. */
public enum WeightNames {
  /** torchvision's, as {@code layer1.0.conv1.weight}. */
  TORCHVISION,
  /** timm's. */
  TIMM,
  /** Those of the network itself, layer and DL4J's parameter, as {@code stage1_block1_conv1.W}. */
  OWN;

  /** The name in a config. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
