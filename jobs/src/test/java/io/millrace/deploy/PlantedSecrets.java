package io.millrace.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Looks for secrets in all files of a folder, zips unpacked; not in jars, which are the program.
 */
final class PlantedSecrets {
  private final List<String> secrets;
  private final List<String> found = new ArrayList<>();
  private int files;

  PlantedSecrets(List<String> secrets) {
    if (secrets.isEmpty() || secrets.stream().anyMatch(each -> each == null || each.length() < 8)) {
      throw new IllegalArgumentException("Too short to be looked for: " + secrets);
    }
    this.secrets = List.copyOf(secrets);
  }

  /** All files below, but for those in which the secrets were given. */
  void searchBelow(Path folder, List<Path> given) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!given.contains(file) && !file.toString().endsWith(".jar")) {
          files++;
          search(file.toString(), Files.readAllBytes(file));
        }
      }
    }
  }

  private void search(String name, byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    secrets.stream().filter(text::contains).forEach(each -> found.add(each + " in " + name));
    if (name.endsWith(".zip")) {
      try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          search(name + "/" + entry.getName(), zip.readAllBytes());
        }
      }
    }
  }

  int files() {
    return files;
  }

  /** Each secret with where it was found. */
  List<String> found() {
    return found;
  }
}
