package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelInput;
import io.millrace.model.NetworkJson;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A {@code model.zip} and what its network is. Lives on the driver.
 *
 * @param path Hadoop path of the file
 * @param zip what stands in it
 */
public record SavedModel(String path, ModelZip zip) {
  /**
   * Reads one.
   *
   * @throws IOException in one line if it cannot be read
   */
  public static SavedModel read(Configuration hadoop, String path) throws IOException {
    return new SavedModel(path, ModelZip.read(hadoop, path));
  }

  /** The SHA-256 of its file, in hexadecimal. */
  public String sha256(Configuration hadoop) throws IOException {
    Path file = new Path(path);
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return DigestUtils.sha256Hex(in);
    }
  }

  /**
   * The canonical network.
   *
   * @throws WrongInputException in one line if it is none of DL4J's
   */
  public ComputationGraphConfiguration network() throws WrongInputException {
    try {
      return NetworkJson.read(zip.configuration());
    } catch (IllegalArgumentException e) {
      throw new WrongInputException(
          "Cannot read model %s: its configuration.json is no DL4J network".formatted(path), e);
    }
  }

  /**
   * What evaluation has to know of it.
   *
   * @throws IllegalArgumentException if it has no card, or is no classifier of one image
   */
  public EvaluatedModel evaluated() throws IOException {
    ComputationGraphConfiguration network = network();
    return zip.card()
        .map(card -> new EvaluatedModel(network, card.classes(), card.input()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid --model: %s (must say its classes and its input; it is of another program, or an older Millrace: train from it by init.from)"
                        .formatted(path)));
  }

  /** The same; a model without a card is taken to be the set's, its input that of the config. */
  EvaluatedModel evaluated(RunConfig config, PreparedDataset dataset) throws IOException {
    return zip.card().isPresent()
        ? evaluated()
        : new EvaluatedModel(network(), dataset.classes(), input(config, dataset));
  }

  /** What the config and the set's statistics make of an image. */
  private static ModelInput input(RunConfig config, PreparedDataset dataset) {
    var input = config.input();
    var normalisation = dataset.normalisation(input.channels(), input.normalize());
    return ModelInput.of(
        new ImageShape(input.height(), input.width(), input.channels()),
        normalisation.mean(),
        normalisation.deviation(),
        config.evaluation().cropShare());
  }
}
