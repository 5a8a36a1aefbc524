package io.millrace.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What a prepared data set is: the one file that decides which data files belong to it.
 *
 * @param formatVersion version of this format; a reader refuses a newer one
 * @param fingerprint SHA-256 of the contents: classes, statistics, and the data files' checksums in
 *     order; equal sets have equal fingerprints wherever and whenever they were made
 * @param classes class names in the order of their labels
 * @param splits the splits that have rows
 * @param images shape and statistics of the stored images
 * @param origin where the set came from
 */
public record DatasetManifest(
    int formatVersion,
    String fingerprint,
    List<String> classes,
    Map<Split, SplitFiles> splits,
    Images images,
    Origin origin) {
  /** The version written by this code. */
  public static final int FORMAT_VERSION = 1;

  /** Name of the manifest in the data set's folder. */
  public static final String FILE_NAME = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * One split.
   *
   * @param rows examples
   * @param rowsByClass examples of each class
   * @param idSum order-free 128-bit hash of the ids, 32 hexadecimal digits ({@link IdSum})
   * @param files data files in order
   */
  public record SplitFiles(long rows, List<Long> rowsByClass, String idSum, List<DataFile> files) {}

  /**
   * One Parquet file.
   *
   * @param path relative to the data set's root
   * @param bytes its length
   * @param sha256 its checksum, in hexadecimal digits
   * @param blocks its row groups in order
   */
  public record DataFile(String path, long bytes, String sha256, List<RowGroup> blocks)
      implements Serializable {}

  /**
   * One row group.
   *
   * @param rows examples in it
   * @param bytes size on disk
   */
  public record RowGroup(int rows, long bytes) implements Serializable {}

  /**
   * Shape and statistics of the stored images.
   *
   * @param height height of all images in pixels, 0 where they differ
   * @param width width of all images in pixels, 0 where they differ
   * @param channels 1 if all images are grey, else 3
   * @param mean mean of each channel over all pixels of train, black 0, white 1
   * @param deviation standard deviation of each channel over all pixels of train, on that scale
   */
  public record Images(
      int height, int width, int channels, List<Double> mean, List<Double> deviation) {}

  /**
   * Where a set came from.
   *
   * @param source path of the source
   * @param fingerprint SHA-256 of the source's file paths, lengths and modification times, and of
   *     the settings
   * @param seed seed of the shuffle
   * @param settings the settings of {@code prepare}
   * @param quarantined rows in quarantine
   * @param quarantine folder of the quarantine relative to the root, null if there is none
   */
  public record Origin(
      String source,
      String fingerprint,
      long seed,
      Map<String, Object> settings,
      long quarantined,
      String quarantine) {}

  /** The manifest as JSON text. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the manifest: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads JSON text.
   *
   * @param path path for messages
   * @throws IOException if it is no manifest, or one of a newer format
   */
  static DatasetManifest parse(String json, String path) throws IOException {
    try {
      int version = JSON.readTree(json).path("formatVersion").asInt(0);
      if (version > FORMAT_VERSION) {
        throw new NewerFormatException(
            "Cannot read prepared data set %s: it has format version %d, this Millrace reads up to %d"
                .formatted(path, version, FORMAT_VERSION));
      }
      if (version < 1) {
        throw new IOException(
            "Cannot read prepared data set %s: its manifest has no format version".formatted(path));
      }
      return JSON.readValue(json, DatasetManifest.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Cannot read prepared data set %s: its manifest is not valid (%s)"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
  }
}
