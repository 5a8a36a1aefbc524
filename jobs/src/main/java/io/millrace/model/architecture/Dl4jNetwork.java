package io.millrace.model.architecture;

import io.millrace.model.NetworkJson;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** A network whose configuration somebody else wrote with DL4J. */
@Named(value = "dl4j", doc = "The network of a DL4J configuration.")
public record Dl4jNetwork(
    @Key(
            doc =
                "Path of the JSON of a ComputationGraphConfiguration or MultiLayerConfiguration, or of a DL4J zip or HDF5 file of Keras 2, whose network it is.")
        String configuration,
    @Key(doc = Architecture.ZERO_GAMMA, value = "true") boolean zeroGamma)
    implements Architecture {
  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) throws IOException {
    String json;
    try {
      json = purpose.files().read(configuration);
    } catch (IOException e) {
      throw WrongInputException.of(
          "Cannot read model.configuration %s: %s".formatted(configuration, e.getMessage()), e);
    }
    return NetworkJson.read(json);
  }

  @Override
  public Optional<String> foreignKey() {
    return Optional.of("model.configuration");
  }

  @Override
  public String words() {
    return configuration;
  }
}
