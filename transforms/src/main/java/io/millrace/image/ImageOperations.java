package io.millrace.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The operations by the name that a config file uses; a new one is one line here. */
public final class ImageOperations {
  private static final Map<String, Class<? extends ImageOperation>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("random_crop", RandomCrop.class);
    BY_NAME.put("random_resized_crop", RandomResizedCrop.class);
    BY_NAME.put("center_crop", CenterCrop.class);
    BY_NAME.put("horizontal_flip", HorizontalFlip.class);
    BY_NAME.put("vertical_flip", VerticalFlip.class);
    BY_NAME.put("resize", Resize.class);
    BY_NAME.put("resize_short_side", ResizeShortSide.class);
  }

  private ImageOperations() {}

  /** Record classes by name, in the order of the documentation. */
  public static Map<String, Class<? extends ImageOperation>> byName() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /** The name of an operation, for writing a config file. */
  public static String nameOf(ImageOperation operation) {
    return BY_NAME.entrySet().stream()
        .filter(entry -> entry.getValue() == operation.getClass())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("Unknown operation: " + operation.getClass()));
  }
}
