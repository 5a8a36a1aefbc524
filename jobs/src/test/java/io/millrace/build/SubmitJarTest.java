package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitJarTest {
  @TempDir private Path folder;

  @Test
  void nativeEntriesJoinTheJarAndTheFirstOfANameStays() throws IOException {
    Path jar = zip("a.jar", Map.of("META-INF/MANIFEST.MF", "ours", "io/Main.class", "main"));
    Path natives =
        zip(
            "n.jar",
            Map.of("META-INF/MANIFEST.MF", "theirs", "io/Main.class", "x", "lib.so", "so"));
    SubmitJar.addRaw(jar, List.of(natives));
    assertThat(entries(jar))
        .isEqualTo(Map.of("META-INF/MANIFEST.MF", "ours", "io/Main.class", "main", "lib.so", "so"));
  }

  private Path zip(String name, Map<String, String> entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private static Map<String, String> entries(Path jar) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        entries.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return entries;
  }
}
