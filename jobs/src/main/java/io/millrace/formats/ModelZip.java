package io.millrace.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ModelCard;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A model in DL4J's own zip: configuration, parameters, updater state, and, in an entry that DL4J
 * leaves alone, the model's card. What is written opens with {@code
 * ModelSerializer.restoreComputationGraph}. What is read is never trusted: entries with
 * Java-serialised objects are left alone, sizes are bounded, and only DL4J's and ND4J's own classes
 * may be named. Runs on the driver.
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
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_TEXT_BYTES = 16 << 20;
  private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;
  private static final int MAX_INFLATION = 100;
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
    return read(hadoop, path, ModelZip::all);
  }

  /**
   * Reads only the card of the zip at a Hadoop path, which stands before the weights; none in a zip
   * of another program or of an older Millrace.
   *
   * @throws IOException in one line if the zip is missing, damaged, hostile or no model
   */
  public static Optional<ModelCard> card(Configuration hadoop, String path) throws IOException {
    return read(hadoop, path, (zip, maxElements) -> cardAlone(zip));
  }

  private interface Reader<T> {
    T read(ZipInputStream zip, long maxElements) throws IOException;
  }

  private static <T> T read(Configuration hadoop, String path, Reader<T> reader)
      throws IOException {
    try {
      Path file = new Path(path);
      RunFolder folder = RunFolder.existing(hadoop, file.getParent());
      long size = folder.size(file.getName());
      if (size < 0) {
        throw new WrongInputException("there is no such file (train writes it)");
      }
      long maxBytes = Math.max(ALWAYS_ALLOWED_BYTES, MAX_INFLATION * size);
      try (ZipInputStream zip = new ZipInputStream(folder.open(file.getName()))) {
        return reader.read(zip, Math.min(maxBytes / Float.BYTES, Integer.MAX_VALUE - 8));
      }
    } catch (IOException | IllegalArgumentException e) {
      String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw WrongInputException.of("Cannot read model " + path + ": " + reason, e);
    }
  }

  private static ModelZip all(ZipInputStream zip, long maxElements) throws IOException {
    String configuration = null;
    ModelCard card = null;
    WeightVector parameters = null;
    WeightVector updaterState = WeightVector.of();
    Set<String> seen = new HashSet<>();
    for (String name = next(zip, seen); name != null; name = next(zip, seen)) {
      switch (name) {
        case CONFIGURATION -> configuration = configuration(zip);
        case CARD -> card = card(zip);
        case PARAMETERS -> parameters = NdArrayFile.read(zip, maxElements);
        case UPDATER -> updaterState = NdArrayFile.read(zip, maxElements);
        default -> {} // preprocessor.bin and normalizer.bin among them: serialised Java objects
      }
    }
    requireModel(configuration != null, CONFIGURATION);
    requireModel(parameters != null, PARAMETERS);
    return new ModelZip(configuration, parameters, updaterState, Optional.ofNullable(card));
  }

  private static Optional<ModelCard> cardAlone(ZipInputStream zip) throws IOException {
    Set<String> seen = new HashSet<>();
    for (String name = next(zip, seen); name != null; name = next(zip, seen)) {
      if (name.equals(CARD)) {
        return Optional.of(card(zip));
      }
    }
    requireModel(seen.contains(CONFIGURATION), CONFIGURATION);
    return Optional.empty();
  }

  /** Which of two equal names another program would take nobody knows. */
  private static String next(ZipInputStream zip, Set<String> seen) throws IOException {
    ZipEntry entry = zip.getNextEntry();
    if (entry == null) {
      return null;
    }
    if (!seen.add(entry.getName())) {
      throw new WrongInputException("it has the entry " + entry.getName() + " twice");
    }
    if (seen.size() > MAX_ENTRIES) {
      throw new WrongInputException("it has more than " + MAX_ENTRIES + " entries");
    }
    return entry.getName();
  }

  private static void requireModel(boolean there, String entry) throws IOException {
    if (!there) {
      throw new WrongInputException("it has no " + entry + ", so it is no model");
    }
  }

  private static ModelCard card(InputStream zip) throws IOException {
    byte[] bytes = text(zip, CARD);
    try {
      return ModelCard.parse(bytes);
    } catch (IOException e) {
      throw new WrongInputException(CARD + ": " + e.getMessage(), e);
    }
  }

  private static byte[] text(InputStream zip, String entry) throws IOException {
    byte[] bytes = zip.readNBytes(MAX_TEXT_BYTES + 1);
    if (bytes.length > MAX_TEXT_BYTES) {
      throw new WrongInputException(entry + " is larger than 16 MiB");
    }
    return bytes;
  }

  private static String configuration(InputStream zip) throws IOException {
    byte[] bytes = text(zip, CONFIGURATION);
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
