package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;

/** Opens files of weights, whose format is told by their first bytes, never by their names. */
public final class WeightFiles {
  private static final String ZIP = "PK";
  private static final String HDF5 = "\u0089HDF";
  private static final String PICKLE = "\u0080";
  private static final int MAGIC = 8;

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
    if (magic.startsWith(HDF5) || magic.startsWith(PICKLE) && !magic.endsWith("\0")) {
      throw new WrongInputException(
          "Cannot read weights %s: it is %s (must be a DL4J zip or safetensors)"
              .formatted(path, magic.startsWith(HDF5) ? "HDF5" : "a pickle of Python objects"));
    }
    return Safetensors.open(hadoop, path);
  }
}
