package io.millrace.config;

import io.millrace.settings.Key;
import java.util.List;

/** The network. */
public record ModelConfig(
    @Key(doc = "Name of the architecture: cifar_resnet, resnet50.", value = "cifar_resnet")
        String architecture,
    @Key(
            doc = "Depth of a CIFAR ResNet: 6n + 2 layers, 8 to 110.",
            value = "20",
            min = 8,
            max = 110)
        int depth,
    @Key(doc = "Shortcut where the shape changes: projection or identity.", value = "projection")
        Shortcut shortcut,
    @Key(doc = "Path of a DL4J configuration JSON, in place of an architecture.", value = "null")
        String configuration,
    @Key(doc = "Start the last batch norm of each residual block at gamma 0.", value = "true")
        boolean zeroGamma) {
  /** Checks the architecture, and the depth of a CIFAR ResNet. */
  public ModelConfig {
    if (configuration == null && !List.of("cifar_resnet", "resnet50").contains(architecture)) {
      throw new IllegalArgumentException(
          "Invalid architecture: " + architecture + " (must be one of cifar_resnet, resnet50)");
    }
    if (configuration == null && architecture.equals("cifar_resnet") && depth % 6 != 2) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 6n + 2)");
    }
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
