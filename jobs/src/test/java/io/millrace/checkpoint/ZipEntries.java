package io.millrace.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The entries of a model.zip as text, for comparing two runs that have not the same name. */
public final class ZipEntries {
  private ZipEntries() {}

  /** Weights, optimiser state and network in hexadecimal, and the card without the run's name. */
  public static Map<String, String> ofAnyName(InputStream file) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readAllBytes();
        entries.put(
            entry.getName(),
            entry.getName().equals("millrace.json")
                ? new String(bytes, StandardCharsets.UTF_8).replaceFirst("\"name\" : .*", "")
                : HexFormat.of().formatHex(bytes));
      }
    }
    return entries;
  }
}
