package io.millrace.export;

import io.millrace.formats.ModelZip;
import io.millrace.model.NetworkJson;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.model.layers.NativeMemory;
import io.millrace.report.ModelDescription.Loading;
import io.millrace.store.Content;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A zip of DL4J's for inference: without the optimiser's state. */
final class Dl4jFormat implements ExportFormat {
  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public String ending() {
    return ".dl4j.zip";
  }

  @Override
  public Content content(ExportedModel model) throws IOException {
    ModelZip zip = model.saved().zip();
    String configuration = zip.configuration();
    WeightVector parameters = zip.parameters();
    if (model.request().fold()) {
      configuration = NetworkJson.of(FoldedNorms.of(model.network()).configuration());
      ComputationGraph net = model.loaded();
      parameters = WeightVector.of(net.params().dup().data().asFloat());
      NativeMemory.freeUnrun(net);
    }
    return new ModelZip(configuration, parameters, WeightVector.of(), zip.card())::writeTo;
  }

  @Override
  public Loading loading(ExportedModel model, String file) {
    return Loading.dl4j(file);
  }
}
