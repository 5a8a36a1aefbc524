package io.millrace.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Files of images and of labels that go together by their names. A file and its unpacked twin,
 * which downloads leave side by side, are one; the unpacked one is read.
 *
 * @param images files of images
 * @param twins gzipped files that are there unpacked too
 * @param paths all paths of the source
 */
record IdxPairs(List<SourceFiles.Entry> images, List<String> twins, Set<String> paths) {
  private static final Pattern IMAGES = Pattern.compile(".*-images[-.]idx3-ubyte(\\.gz)?");
  private static final String GZIP = ".gz";

  static boolean isImages(String name) {
    return IMAGES.matcher(name).matches();
  }

  /**
   * Finds the pairs.
   *
   * @throws IllegalArgumentException if there are no images
   */
  static IdxPairs of(List<SourceFiles.Entry> files, String source) {
    Set<String> paths = new HashSet<>();
    files.forEach(file -> paths.add(file.path()));
    List<SourceFiles.Entry> images = new ArrayList<>();
    List<String> twins = new ArrayList<>();
    for (SourceFiles.Entry file : files) {
      boolean twin = file.path().endsWith(GZIP) && paths.contains(unpacked(file.path()));
      if (twin && file.name().contains("-ubyte")) {
        twins.add(file.path());
      } else if (isImages(file.name())) {
        images.add(file);
      }
    }
    if (images.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: it has no images-idx3-ubyte file".formatted(source));
    }
    return new IdxPairs(images, twins, paths);
  }

  /**
   * The labels of some images, packed or not.
   *
   * @throws BadSourceException if they are missing
   */
  String labels(String file) {
    String labels = unpacked(file).replaceFirst("-images([-.])idx3-", "-labels$1idx1-");
    for (String path : List.of(labels, labels + GZIP)) {
      if (paths.contains(path)) {
        return path;
      }
    }
    throw new BadSourceException(
        "Cannot read IDX file %s: its labels %s are missing".formatted(file, labels), null);
  }

  /**
   * Checks that both of a pair of twins announce the same.
   *
   * @throws BadSourceException if they do not: one of them is another file
   */
  void requireEqualTwins(String root, Configuration conf) throws IOException {
    for (String twin : twins) {
      try (var packed = new IdxFile(SourceFiles.path(root, twin), conf);
          var plain = new IdxFile(SourceFiles.path(root, unpacked(twin)), conf)) {
        if (!Arrays.equals(packed.shape(), plain.shape())) {
          throw new BadSourceException(
              "Cannot read IDX files %s and %s: one has the dimensions %s, the other %s (remove one of them)"
                  .formatted(
                      twin,
                      unpacked(twin),
                      Arrays.toString(packed.shape()),
                      Arrays.toString(plain.shape())),
              null);
        }
      }
    }
  }

  private static String unpacked(String path) {
    return path.endsWith(GZIP) ? path.substring(0, path.length() - GZIP.length()) : path;
  }
}
