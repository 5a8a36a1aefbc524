package io.millrace.export;

import io.millrace.formats.Safetensors;
import io.millrace.formats.SafetensorsWriter;
import io.millrace.model.ModelCard;
import io.millrace.model.WeightNames;
import io.millrace.report.ModelDescription.Loading;
import io.millrace.settings.Counts;
import io.millrace.store.Content;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Weights alone by their own names, or those of torchvision or timm. */
final class SafetensorsFormat implements ExportFormat {
  /** Channels of the images that torchvision's modules see. */
  private static final int COLOUR = 3;

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

  @Override
  public Loading loading(ExportedModel model, String file) {
    WeightNames names = model.request().names();
    return names == null || names == WeightNames.OWN
        ? new Loading(
            "Weights alone, by the names that DL4J has for them, in Python with safetensors; a network that has them works",
            "python",
            List.of(
                "import json, safetensors",
                "with safetensors.safe_open(%s, \"numpy\") as file:"
                    .formatted(Loading.quoted(file)),
                "    weights = {name: file.get_tensor(name) for name in file.keys()}",
                "    classes = json.loads(file.metadata()[%s])[\"classes\"]"
                    .formatted(Loading.quoted(Safetensors.CARD))))
        : loading(model, file, names);
  }

  /** The same with names of a library. */
  static Loading loading(ExportedModel model, String file, WeightNames names) {
    ModelCard card = model.saved().zip().card().orElseThrow();
    int channels = card.input().channels();
    boolean timm = names == WeightNames.TIMM;
    String library = timm ? "timm" : "torchvision";
    String module =
        timm
            ? "timm.create_model(\"NAME\", num_classes=%d, in_chans=%d)"
            : "torchvision.models.get_model(\"NAME\", num_classes=%d)";
    String replaced =
        timm || channels == COLOUR
            ? ""
            : ", its first convolution replaced by one of " + Counts.of(channels, "channel");
    return new Loading(
        "In PyTorch, with the module that %s has for a %s%s"
            .formatted(library, model.architecture().words(), replaced),
        "python",
        List.of(
            "import safetensors.torch, " + library,
            "module = " + module.formatted(card.classes().size(), channels),
            "module.load_state_dict(safetensors.torch.load_file(%s))"
                .formatted(Loading.quoted(file)),
            "probabilities = module.eval()(images).softmax(1)"));
  }
}
