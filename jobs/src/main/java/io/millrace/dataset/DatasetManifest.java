package io.millrace.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.store.JsonReason;
import io.millrace.store.Sealed;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a prepared data set is: the one file that decides which data files belong to it.
 *
 * @param formatVersion version of this format; a reader refuses a newer one
 * @param fingerprint SHA-256 of the contents: classes, statistics, and the rows of every file in
 *     their blocks, in order; equal sets have equal fingerprints wherever and whenever they were
 *     made, though Parquet may write one footer in several ways
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
    StoredImages images,
    Origin origin) {
  /** The version written by this code, and the only one it reads. */
  public static final int FORMAT_VERSION = 2;

  /** Name of the manifest in the data set's folder. */
  public static final String FILE_NAME = "manifest.json";

  /** The setting that says at which version a table was read. */
  public static final String SNAPSHOT = "snapshot";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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
   * @param rowsSha256 checksum of its rows in order ({@link RowsDigest}), in hexadecimal digits
   * @param blocks its row groups in order
   */
  public record DataFile(String path, long bytes, String rowsSha256, List<RowGroup> blocks)
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
   * @param mean mean of each channel over the pictures of train, each of equal weight whatever its
   *     size, black 0, white 1; over all pictures where the set has no train
   * @param deviation standard deviation of each channel over the same, on that scale
   * @param sizes the extremes of the images' sizes
   */
  public record StoredImages(
      int height,
      int width,
      int channels,
      List<Double> mean,
      List<Double> deviation,
      ImageSizes sizes) {
    /** Images of one size. */
    public StoredImages(
        int height, int width, int channels, List<Double> mean, List<Double> deviation) {
      this(height, width, channels, mean, deviation, ImageSizes.of(height, width));
    }

    /** Width x height, or from the smallest to the largest. */
    public String sizeInWords() {
      return height > 0 && width > 0
          ? "%d x %d".formatted(width, height)
          : "%d to %d wide, %d to %d high"
              .formatted(
                  sizes.narrowest().width(),
                  sizes.widest().width(),
                  sizes.lowest().height(),
                  sizes.highest().height());
    }
  }

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
   * @param reasons rows in quarantine by reason and the source's split
   * @param overlaps images of a split whose bytes are in another one too: {@code test in train}
   */
  public record Origin(
      String source,
      String fingerprint,
      long seed,
      Map<String, Object> settings,
      long quarantined,
      String quarantine,
      Map<String, Long> reasons,
      Map<String, Long> overlaps) {
    /** A source of which nothing is known yet. */
    public Origin(String source, String fingerprint, long seed, Map<String, Object> settings) {
      this(source, fingerprint, seed, settings, 0, null, Map.of(), Map.of());
    }

    /** The table that was read with its version, in words; empty where the source was files. */
    public Optional<String> table() {
      return Optional.ofNullable(settings.get(SNAPSHOT))
          .map(snapshot -> "%s, %s".formatted(source, snapshot));
    }

    /** The same with what was found in it. */
    public Origin with(
        long quarantinedRows,
        String folder,
        Map<String, Long> byReason,
        Map<String, Long> inTwoSplits) {
      return new Origin(
          source, fingerprint, seed, settings, quarantinedRows, folder, byReason, inTwoSplits);
    }
  }

  /** Folders below the root that belong to the set: its data and its quarantine. */
  public Set<String> folders() {
    Set<String> folders = new TreeSet<>();
    if (origin.quarantine() != null) {
      folders.add(origin.quarantine());
    }
    splits
        .values()
        .forEach(split -> split.files().forEach(file -> folders.add(file.path().split("/")[0])));
    return folders;
  }

  /** The manifest as JSON text that guards itself ({@link Sealed}). */
  public String toJson() {
    return Sealed.text(JSON.valueToTree(this));
  }

  /**
   * Reads JSON text.
   *
   * @param path path for messages
   * @throws IOException if it is no manifest, one of another format, or not as it was written
   */
  public static DatasetManifest parse(String json, String path) throws IOException {
    try {
      JsonNode tree = JSON.readTree(json);
      requireFormat(tree.path("formatVersion").asInt(0), path);
      if (!Sealed.open(tree)) {
        throw new WrongInputException(
            "Cannot read prepared data set %s: its %s was changed after it was written (prepare it again)"
                .formatted(path, FILE_NAME));
      }
      return JSON.treeToValue(tree, DatasetManifest.class);
    } catch (JsonProcessingException e) {
      throw new WrongInputException(
          "Cannot read prepared data set %s: its manifest is not valid (%s)"
              .formatted(path, JsonReason.of(e)),
          e);
    }
  }

  private static void requireFormat(int version, String path) throws IOException {
    String problem =
        version < 1
            ? "its manifest has no format version"
            : "it has format version %d, this Millrace reads %d".formatted(version, FORMAT_VERSION);
    String message = "Cannot read prepared data set %s: %s".formatted(path, problem);
    if (version > FORMAT_VERSION) {
      throw new NewerFormatException(message);
    }
    if (version < FORMAT_VERSION) {
      throw new WrongInputException(message + " (prepare it again)");
    }
  }
}
