package io.millrace.source;

import io.millrace.source.SourceConfig.Format;
import java.util.List;

/** Sources that only say what the tests of sources ask for. */
final class SourceConfigs {
  private SourceConfigs() {}

  /** The rows for which {@code where} holds, of labels in {@code label}. */
  static SourceConfig where(String where, String image, String... paths) {
    return new SourceConfig(
        List.of(paths),
        null,
        Format.AUTO,
        null,
        null,
        null,
        where,
        image,
        "label",
        null,
        true,
        List.of(),
        List.of(),
        null);
  }
}
