package io.millrace.export;

import io.millrace.formats.SafetensorsWriter;
import io.millrace.model.WeightNames;
import io.millrace.store.Content;
import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Weights alone by their own names, or those of torchvision or timm. */
final class SafetensorsFormat implements ExportFormat {
  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public String ending() {
    return ".safetensors";
  }

  @Override
  public boolean takesNames() {
    return true;
  }

  @Override
  public Content content(ExportedModel model) throws IOException {
    WeightNames names = model.request().names();
    return content(model, names == null ? WeightNames.OWN : names);
  }

  /** The file with names of a library, which Python's own loaders take for one of PyTorch. */
  static Content content(ExportedModel model, WeightNames names) throws IOException {
    ComputationGraph net = model.loaded();
    var parameters = model.parameters(net, names);
    return out -> {
      SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt")).add(parameters);
      model.saved().zip().card().ifPresent(file::add);
      file.writeTo(out);
    };
  }
}
