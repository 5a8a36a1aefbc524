package io.millrace.model;

import io.millrace.settings.Key;
import java.util.Locale;

/** The network. */
public record ModelConfig(
    @Key(doc = "The network.", value = "cifar-resnet") Architecture architecture,
    @Key(
            doc = "Depth of a CIFAR ResNet: 6n + 2 layers, 8 to 110.",
            value = "20",
            min = 8,
            max = 110)
        int depth,
    @Key(doc = "Shortcut of a residual block whose shape changes.", value = "projection")
        Shortcut shortcut,
    @Key(doc = "Path of a DL4J configuration JSON, in place of an architecture.", value = "null")
        String configuration,
    @Key(doc = "Start the last batch norm of each residual block at gamma 0.", value = "true")
        boolean zeroGamma) {
  /** Checks the depth of a CIFAR ResNet. */
  public ModelConfig {
    if (configuration == null && architecture == Architecture.CIFAR_RESNET && depth % 6 != 2) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 6n + 2)");
    }
  }

  /** The network in words. */
  public String words() {
    if (configuration != null) {
      return configuration;
    }
    String name = architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return architecture == Architecture.CIFAR_RESNET ? name + " of depth " + depth : name;
  }

  /** Networks that a config can name; {@code io.millrace.model.Architectures} makes them. */
  public enum Architecture {
    CIFAR_RESNET,
    RESNET50
  }

  /**
   * Shortcuts of a residual block whose shape changes (He et al., Deep Residual Learning, arXiv
   * 1512.03385, options B and A).
   */
  public enum Shortcut {
    PROJECTION,
    IDENTITY
  }
}
