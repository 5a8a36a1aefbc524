package io.millrace.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Adds the jars of native libraries to the submit jar as they are, still compressed: the shade
 * plugin would inflate and deflate 1.2 GB, two minutes a build. Run by the build with those jars on
 * its classpath: {@code SubmitJar.java JAR}.
 */
public final class SubmitJar {
  private SubmitJar() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    List<Path> natives =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> path.contains("-linux-x86_64"))
            .map(Path::of)
            .toList();
    addRaw(jar, natives);
  }

  /** Adds what {@code others} hold outside META-INF to {@code jar}; the first of a name stays. */
  static void addRaw(Path jar, List<Path> others) throws IOException {
    Path whole = jar.resolveSibling(jar.getFileName() + ".tmp");
    Set<String> names = new HashSet<>();
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(whole)) {
      copy(jar, names, out);
      for (Path other : others) {
        copy(other, names, out);
      }
    }
    Files.move(whole, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(Path from, Set<String> names, ZipArchiveOutputStream out)
      throws IOException {
    boolean first = names.isEmpty();
    try (ZipFile zip = new ZipFile(from)) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        boolean wanted = first || !entry.getName().startsWith("META-INF/");
        if (wanted && names.add(entry.getName())) {
          out.addRawArchiveEntry(entry, zip.getRawInputStream(entry));
        }
      }
    }
  }
}
