package io.millrace.export;

import io.millrace.onnx.OnnxModel;
import io.millrace.store.Content;
import java.io.IOException;

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
}
