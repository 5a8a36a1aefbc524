package io.millrace.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Finds the text of a config file: a local path, a Hadoop path, or a file sent by --files. */
final class ConfigFile {
  private ConfigFile() {}

  static String read(String file) throws IOException {
    if (Files.isRegularFile(java.nio.file.Path.of(file.replaceFirst("^file:(//)?", "")))) {
      return Files.readString(java.nio.file.Path.of(file.replaceFirst("^file:(//)?", "")));
    }
    try {
      Path path = sent(file);
      try (InputStream in = path.getFileSystem(new Configuration()).open(path)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          "Cannot read config " + file + ": no such file, here or among --files", e);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("Cannot read config " + file + ": " + e.getMessage(), e);
    }
  }

  /** Where spark-submit says that the file lies; on YARN it lies in the working directory. */
  private static Path sent(String file) {
    return Arrays.stream(System.getProperty("spark.files", "").split(","))
        .filter(uri -> uri.endsWith("/" + file))
        .findFirst()
        .map(Path::new)
        .orElseGet(() -> new Path(file));
  }
}
