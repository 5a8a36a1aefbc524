package io.millrace.export;

import io.millrace.report.ModelDescription.Loading;
import io.millrace.store.Content;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A format of files that other programs read. */
interface ExportFormat {
  /** All of them, by name. */
  Map<String, ExportFormat> ALL = all();

  /** The name on the command line. */
  String name();

  /** How the name of a file beside the model ends, behind the model's own. */
  String ending();

  /** Whether weights may have the names of a library. */
  default boolean takesNames() {
    return false;
  }

  /**
   * The file.
   *
   * @throws IllegalArgumentException in one line for a model that it cannot hold
   */
  Content content(ExportedModel model) throws IOException;

  /**
   * How that file is loaded.
   *
   * @param file its name
   */
  Loading loading(ExportedModel model, String file);

  private static Map<String, ExportFormat> all() {
    Map<String, ExportFormat> all = new LinkedHashMap<>();
    for (ExportFormat each :
        List.of(
            new OnnxFormat(),
            new SafetensorsFormat(),
            new Dl4jFormat(),
            new TorchScriptNamesFormat())) {
      all.put(each.name(), each);
    }
    return all;
  }

  /**
   * The one of a name.
   *
   * @throws IllegalArgumentException naming all, if there is none
   */
  static ExportFormat of(String name) {
    ExportFormat format = ALL.get(name);
    if (format == null) {
      throw new IllegalArgumentException(
          "Invalid --format: %s (must be one of %s)"
              .formatted(name, String.join(", ", ALL.keySet())));
    }
    return format;
  }
}
