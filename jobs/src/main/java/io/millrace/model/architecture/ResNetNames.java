package io.millrace.model.architecture;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What torchvision and timm call the layers of {@link ResNet}.
 *
 * @param pooled whether a shortcut begins with a pooling, which takes the first number there
 */
record ResNetNames(boolean pooled) {
  private static final Pattern BLOCK = Pattern.compile("stage(\\d+)_block(\\d+)_(\\w+)");

  String of(String vertex) {
    Matcher block = BLOCK.matcher(vertex);
    if (!block.matches()) {
      return switch (vertex) {
        case "stem" -> "conv1";
        case "stem1" -> "conv1.0";
        case "stem1_bn" -> "conv1.1";
        case "stem2" -> "conv1.3";
        case "stem2_bn" -> "conv1.4";
        case "stem3" -> "conv1.6";
        case "stem_bn", "stem3_bn" -> "bn1";
        default -> "fc";
      };
    }
    String layer =
        switch (block.group(3)) {
          case "shortcut" -> pooled ? "downsample.1" : "downsample.0";
          case "shortcut_bn" -> pooled ? "downsample.2" : "downsample.1";
          default -> block.group(3).replaceAll("conv(\\d)_bn", "bn$1");
        };
    return "layer%s.%d.%s".formatted(block.group(1), Integer.parseInt(block.group(2)) - 1, layer);
  }
}
