package io.millrace.export;

import io.millrace.onnx.OnnxModel;
import io.millrace.report.ModelDescription.Loading;
import io.millrace.store.Content;
import java.io.IOException;
import java.util.List;

/** ONNX. */
final class OnnxFormat implements ExportFormat {
  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String ending() {
    return ".onnx";
  }

  @Override
  public Content content(ExportedModel model) throws IOException {
    var written =
        OnnxModel.of(
            model.network(),
            model.saved().zip().parameters(),
            model.card(),
            model.request().fold());
    return written::writeTo;
  }

  @Override
  public Loading loading(ExportedModel model, String file) {
    return new Loading(
        "In Python with onnxruntime, or any other runtime of ONNX",
        "python",
        List.of(
            "import json, onnxruntime",
            "session = onnxruntime.InferenceSession(%s)".formatted(Loading.quoted(file)),
            "logits, probabilities = session.run([\"logits\", \"probabilities\"], {\"images\": images})",
            "classes = json.loads(session.get_modelmeta().custom_metadata_map[\"classes\"])"));
  }
}
