package io.millrace.formats;

import io.millrace.model.NetworkJson;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Opens files of weights, whose format is told by their first bytes, never by their names. */
public final class WeightFiles {
  private static final String ZIP = "PK";
  private static final String HDF5 = "\u0089HDF";
  private static final String PICKLE = "\u0080";
  private static final int MAGIC = 8;
  private static final int MAX_TEXT_BYTES = 16 << 20;

  private WeightFiles() {}

  /**
   * Opens the file at a Hadoop path.
   *
   * @throws IOException in one line if it is missing, damaged, hostile, or of no known format
   */
  public static WeightFile open(Configuration hadoop, String path) throws IOException {
    String magic =
        GivenFile.read(
            hadoop,
            path,
            "weights",
            file -> {
              try (InputStream in = file.open()) {
                return new String(in.readNBytes(MAGIC), StandardCharsets.ISO_8859_1);
              }
            });
    if (magic.startsWith(ZIP)) {
      return ZipWeights.open(hadoop, path);
    }
    if (magic.startsWith(HDF5)) {
      return KerasWeights.open(hadoop, path);
    }
    if (magic.startsWith(PICKLE) && !magic.endsWith("\0")) {
      throw new WrongInputException(
          "Cannot read weights %s: it is a pickle of Python objects (must be safetensors, a DL4J zip, or HDF5 of Keras 2)"
              .formatted(path));
    }
    return Safetensors.open(hadoop, path);
  }

  /**
   * The DL4J JSON of the network at a Hadoop path: a text, or a file of weights that has a network.
   *
   * @throws IOException if it cannot be read
   */
  public static String configuration(Configuration hadoop, String path) throws IOException {
    Path file = new Path(path);
    byte[] text;
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      text = in.readNBytes(MAX_TEXT_BYTES);
    }
    String magic = new String(text, 0, Math.min(MAGIC, text.length), StandardCharsets.ISO_8859_1);
    if (magic.startsWith(ZIP) || magic.startsWith(HDF5)) {
      return NetworkJson.of(open(hadoop, path).network().orElseThrow());
    }
    if (text.length == MAX_TEXT_BYTES) {
      throw new WrongInputException("it is larger than 16 MiB");
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
