package io.millrace.run;

import io.millrace.ChildJvm;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A program with DL4J and without Millrace's classes that opens a model. */
final class SecondJvm {
  private SecondJvm() {}

  /** What the program prints of a model. */
  static Map<String, String> open(Path zip) throws Exception {
    Path source =
        Path.of(SecondJvm.class.getResource("/second-jvm/OpenWithDl4jAlone.java").toURI());
    Map<String, String> seen = new TreeMap<>();
    for (String line : ChildJvm.run(SecondJvm::isDl4j, source.toString(), zip.toString())) {
      String[] parts = line.split("=", 2);
      seen.put(parts[0], parts[parts.length - 1]);
    }
    return seen;
  }

  private static boolean isDl4j(String path) {
    return path.endsWith(".jar")
        && !path.matches(".*(apache.spark|apache.hadoop|scala-lang|millrace).*");
  }

  /** A printed array. */
  static float[] floats(String list) {
    double[] values =
        Arrays.stream(list.substring(1, list.length() - 1).split(", "))
            .mapToDouble(Float::parseFloat)
            .toArray();
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
