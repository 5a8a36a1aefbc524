package io.millrace.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ModelCard;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A model in DL4J's own zip: configuration, parameters, updater state, and, in an entry that DL4J
 * leaves alone, the model's card. What is written opens with {@code
 * ModelSerializer.restoreComputationGraph}. What is read is never trusted ({@link SafeZip}): JSON
 * and arrays alone, sizes bounded, and only DL4J's and ND4J's own classes named. Runs on the
 * driver.
 *
 * @param configuration the network as DL4J JSON
 * @param parameters flat parameters, [P]
 * @param updaterState DL4J's flat updater state; empty if there is none
 * @param card what the model is; none in a zip of another program or of an older Millrace
 */
public record ModelZip(
    String configuration,
    WeightVector parameters,
    WeightVector updaterState,
    Optional<ModelCard> card) {
  private static final String CONFIGURATION = "configuration.json";
  private static final String CARD = "millrace.json";
  private static final String PARAMETERS = "coefficients.bin";
  private static final String UPDATER = "updaterState.bin";
  private static final Set<String> ARRAYS = Set.of(PARAMETERS, UPDATER, "noParams.marker");
  private static final Pattern SERIALISED =
      Pattern.compile("(preprocessor|normalizer|updater)\\.bin|objects/.*");
  private static final int MAX_TEXT_BYTES = 16 << 20;
  private static final LocalDateTime DAWN = LocalDateTime.of(1980, 1, 1, 0, 0);

  /** A name given twice could hide a class from the check below, so it is an error. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /**
   * A model that was trained for a number of updates and epochs; the canonical net stays as it is.
   */
  public static ModelZip of(
      ComputationGraphConfiguration canonical,
      WeightVector parameters,
      WeightVector updaterState,
      long updates,
      int epochs) {
    ComputationGraphConfiguration counted = NetworkCopy.of(canonical);
    counted.setIterationCount(Math.toIntExact(updates));
    counted.setEpochCount(epochs);
    return new ModelZip(NetworkJson.of(counted), parameters, updaterState, Optional.empty());
  }

  /** The model with a card. */
  public ModelZip with(ModelCard said) {
    return new ModelZip(configuration, parameters, updaterState, Optional.of(said));
  }

  /** Writes the zip; weights do not compress, so they are only stored. */
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.putNextEntry(entry(CONFIGURATION));
    zip.write(configuration.getBytes(StandardCharsets.UTF_8));
    if (card.isPresent()) {
      zip.putNextEntry(entry(CARD));
      zip.write(card.get().toJson().getBytes(StandardCharsets.UTF_8));
    }
    zip.setLevel(Deflater.NO_COMPRESSION);
    zip.putNextEntry(entry(PARAMETERS));
    NdArrayFile.write(parameters, zip);
    if (updaterState.length() > 0) {
      zip.putNextEntry(entry(UPDATER));
      NdArrayFile.write(updaterState, zip);
    }
    zip.finish();
  }

  /**
   * Reads the zip at a Hadoop path.
   *
   * @throws IOException in one line if it is missing, damaged, hostile or no model
   */
  public static ModelZip read(Configuration hadoop, String path) throws IOException {
    return read(
        hadoop,
        path,
        zip -> {
          WeightVector parameters = array(zip, PARAMETERS);
          WeightVector state =
              zip.names().contains(UPDATER) ? array(zip, UPDATER) : WeightVector.of();
          return new ModelZip(configuration(zip), parameters, state, card(zip));
        });
  }

  /**
   * What a zip says of itself.
   *
   * @param configuration the network as DL4J JSON
   * @param bytes of the entry with the parameters
   * @param card what the model is; none in a zip of another program or of an older Millrace
   */
  public record Description(String configuration, long bytes, Optional<ModelCard> card) {
    /** Most bytes in front of an array's elements. */
    private static final int HEADER = 1024;

    /**
     * Checks that an array of so many parameters fits the entry.
     *
     * @throws WrongInputException if it does not
     */
    void requireParameters(long parameters) throws IOException {
      long beside = bytes - Float.BYTES * parameters;
      if (beside < 0 || beside > HEADER) {
        throw new WrongInputException(
            "its %s has %d bytes (must hold the %d parameters of its own network)"
                .formatted(PARAMETERS, bytes, parameters));
      }
    }
  }

  /**
   * What the zip at a Hadoop path says of itself; of its arrays nothing is read.
   *
   * @throws IOException in one line if the zip is missing, hostile or no model
   */
  public static Description described(Configuration hadoop, String path) throws IOException {
    return read(
        hadoop, path, zip -> new Description(configuration(zip), zip.size(PARAMETERS), card(zip)));
  }

  /**
   * Reads only the card of the zip at a Hadoop path; none in a zip of another program or of an
   * older Millrace.
   *
   * @throws IOException in one line if the zip is missing, damaged, hostile or no model
   */
  public static Optional<ModelCard> card(Configuration hadoop, String path) throws IOException {
    return read(hadoop, path, ModelZip::card);
  }

  private interface Reader<T> {
    T read(SafeZip zip) throws IOException;
  }

  private static <T> T read(Configuration hadoop, String path, Reader<T> reader)
      throws IOException {
    return GivenFile.read(
        hadoop,
        path,
        "model",
        file -> {
          SafeZip zip = SafeZip.open(file);
          requireModel(zip);
          return reader.read(zip);
        });
  }

  /** Serialised Java objects are among what is refused: whoever reads them runs them. */
  private static void requireModel(SafeZip zip) throws IOException {
    for (String name : zip.names()) {
      if (SERIALISED.matcher(name).matches()) {
        throw new WrongInputException(
            "its entry %s holds serialised Java objects, or a normaliser, which are not read (save the model without it)"
                .formatted(name));
      }
      if (!ARRAYS.contains(name) && !name.endsWith(".json")) {
        throw new WrongInputException(
            "it has the entry %s (must have JSON and arrays alone)".formatted(Words.line(name)));
      }
    }
    for (String name : List.of(CONFIGURATION, PARAMETERS)) {
      if (!zip.names().contains(name)) {
        throw new WrongInputException("it has no %s, so it is no model".formatted(name));
      }
    }
  }

  private static WeightVector array(SafeZip zip, String name) throws IOException {
    try {
      return zip.read(name, in -> NdArrayFile.read(in, zip.size(name) / Float.BYTES));
    } catch (UTFDataFormatException e) {
      throw new WrongInputException(name + " is no array of ND4J: " + e.getMessage(), e);
    }
  }

  private static Optional<ModelCard> card(SafeZip zip) throws IOException {
    if (!zip.names().contains(CARD)) {
      return Optional.empty();
    }
    byte[] bytes = zip.bytes(CARD, MAX_TEXT_BYTES);
    try {
      return Optional.of(ModelCard.parse(bytes));
    } catch (IOException e) {
      throw new WrongInputException(CARD + ": " + e.getMessage(), e);
    }
  }

  private static String configuration(SafeZip zip) throws IOException {
    byte[] bytes = zip.bytes(CONFIGURATION, MAX_TEXT_BYTES);
    try {
      for (JsonNode name : JSON.readTree(bytes).findValues("@class")) {
        if (!name.asText().matches("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+")) {
          throw new WrongInputException(
              "%s names class %s (must be one of DL4J or ND4J)".formatted(CONFIGURATION, name));
        }
      }
    } catch (JsonProcessingException e) {
      throw new WrongInputException(CONFIGURATION + " is not valid JSON", e);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(DAWN); // equal models give equal bytes
    return entry;
  }
}
