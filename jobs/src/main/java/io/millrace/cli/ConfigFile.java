package io.millrace.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Finds the text of a config file: a local path, a Hadoop path, or a file sent by --files. */
final class ConfigFile {
  private ConfigFile() {}

  static String read(String file) throws IOException {
    java.nio.file.Path local = java.nio.file.Path.of(file.replaceFirst("^file:(//)?", ""));
    if (Files.isDirectory(local)) {
      throw new IllegalArgumentException(
          "Cannot read config " + file + ": it is a folder (name the YAML file in it)");
    }
    try {
      return text(file, Files.isRegularFile(local) ? Files.readAllBytes(local) : bytes(file));
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          "Cannot read config " + file + ": no such file, here or among --files", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read config " + file + ": " + e.getMessage(), e);
    }
  }

  /** With what {@code --conf spark.hadoop...} says of its store, as everything else is read. */
  private static byte[] bytes(String file) throws IOException {
    Path path = sent(file);
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return in.readAllBytes();
    }
  }

  /** YAML is UTF-8; what is not would be another text, so its place is named. */
  private static String text(String file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      String before = new String(bytes, StandardCharsets.UTF_8);
      int bad = before.indexOf('\uFFFD');
      long line = before.substring(0, Math.max(0, bad)).chars().filter(c -> c == '\n').count() + 1;
      throw new IllegalArgumentException(
          "Cannot read config %s: line %d is not UTF-8 (save the file as UTF-8)"
              .formatted(file, line),
          e);
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
