package io.millrace.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.NetworkJson;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A model in DL4J's own zip: configuration, parameters, updater state. What is written opens with
 * {@code ModelSerializer.restoreComputationGraph}. What is read is never trusted: entries with
 * Java-serialised objects are left alone, sizes are bounded, and only DL4J's and ND4J's own classes
 * may be named. Runs on the driver.
 *
 * @param configuration the network as DL4J JSON
 * @param parameters flat parameters, [P]
 * @param updaterState DL4J's flat updater state; empty if there is none
 */
public record ModelZip(String configuration, WeightVector parameters, WeightVector updaterState) {
  private static final String CONFIGURATION = "configuration.json";
  private static final String PARAMETERS = "coefficients.bin";
  private static final String UPDATER = "updaterState.bin";
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_CONFIGURATION_BYTES = 16 << 20;
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
    ComputationGraphConfiguration counted = canonical.clone();
    counted.setIterationCount(Math.toIntExact(updates));
    counted.setEpochCount(epochs);
    return new ModelZip(NetworkJson.of(counted), parameters, updaterState);
  }

  /** Writes the zip; weights do not compress, so they are only stored. */
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.putNextEntry(entry(CONFIGURATION));
    zip.write(configuration.getBytes(StandardCharsets.UTF_8));
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
    try {
      Path file = new Path(path);
      RunFolder folder = RunFolder.existing(hadoop, file.getParent());
      long size = folder.size(file.getName());
      if (size < 0) {
        throw new IOException("there is no such file (train writes it)");
      }
      long maxBytes = Math.max(ALWAYS_ALLOWED_BYTES, MAX_INFLATION * size);
      try (ZipInputStream zip = new ZipInputStream(folder.open(file.getName()))) {
        return read(zip, Math.min(maxBytes / Float.BYTES, Integer.MAX_VALUE - 8));
      }
    } catch (IOException | IllegalArgumentException e) {
      String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw new IOException("Cannot read model " + path + ": " + reason, e);
    }
  }

  private static ModelZip read(ZipInputStream zip, long maxElements) throws IOException {
    String configuration = null;
    WeightVector parameters = null;
    WeightVector updaterState = WeightVector.of();
    int entries = 0;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (++entries > MAX_ENTRIES) {
        throw new IOException("it has more than " + MAX_ENTRIES + " entries");
      }
      switch (entry.getName()) {
        case CONFIGURATION -> configuration = configuration(zip);
        case PARAMETERS -> parameters = NdArrayFile.read(zip, maxElements);
        case UPDATER -> updaterState = NdArrayFile.read(zip, maxElements);
        default -> {} // preprocessor.bin and normalizer.bin among them: serialised Java objects
      }
    }
    if (configuration == null || parameters == null) {
      throw new IOException(
          "it has no "
              + (configuration == null ? CONFIGURATION : PARAMETERS)
              + ", so it is no model");
    }
    return new ModelZip(configuration, parameters, updaterState);
  }

  private static String configuration(InputStream zip) throws IOException {
    byte[] bytes = zip.readNBytes(MAX_CONFIGURATION_BYTES + 1);
    if (bytes.length > MAX_CONFIGURATION_BYTES) {
      throw new IOException(CONFIGURATION + " is larger than 16 MiB");
    }
    try {
      for (JsonNode name : JSON.readTree(bytes).findValues("@class")) {
        if (!name.asText().matches("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+")) {
          throw new IOException(
              "%s names class %s (must be one of DL4J or ND4J)".formatted(CONFIGURATION, name));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IOException(CONFIGURATION + " is not valid JSON", e);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(DAWN); // equal models give equal bytes
    return entry;
  }
}
