package io.millrace.export;

import io.millrace.model.WeightNames;
import io.millrace.model.architecture.Architecture;
import io.millrace.report.ModelDescription.Loading;
import io.millrace.store.Content;
import java.io.IOException;
import java.util.stream.Stream;

/**
 * A state dict that the module of the same network in torchvision, else in timm, loads as its own:
 * {@code module.load_state_dict(safetensors.torch.load_file(path))}.
 */
final class TorchScriptNamesFormat implements ExportFormat {
  @Override
  public String name() {
    return "torchscript-names";
  }

  @Override
  public String ending() {
    return ".torch.safetensors";
  }

  @Override
  public Content content(ExportedModel model) throws IOException {
    return SafetensorsFormat.content(model, library(model));
  }

  @Override
  public Loading loading(ExportedModel model, String file) {
    return SafetensorsFormat.loading(model, file, library(model));
  }

  private static WeightNames library(ExportedModel model) {
    Architecture network = model.architecture();
    return Stream.of(WeightNames.TORCHVISION, WeightNames.TIMM)
        .filter(each -> network.layerNames(each).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid --format: torchscript-names (neither torchvision nor timm has %s)"
                        .formatted(network.words())));
  }
}
