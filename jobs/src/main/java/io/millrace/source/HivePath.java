package io.millrace.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * Values of partition columns, which lakes keep in the names of folders: {@code label=cat/...}.
 * Writers escape what a name cannot hold as {@code %XX}: Spark an ASCII character, all others the
 * bytes of UTF-8, of which that is a part.
 */
final class HivePath {
  private HivePath() {}

  /** Whether a file lies in a partition of that column. */
  static boolean has(String file, String column) {
    return escaped(file, column) != null;
  }

  /** The value of a partition column, or null where the lake has null. */
  static String value(String file, String column) {
    String value = unescaped(escaped(file, column));
    return value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME()) ? null : value;
  }

  /** Whether a folder is a partition of that column. */
  static boolean isOf(String folder, String column) {
    int equals = folder.indexOf('=');
    return equals > 0 && unescaped(folder.substring(0, equals)).equals(column);
  }

  private static String escaped(String file, String column) {
    String[] names = file.split("/");
    for (int i = 0; i < names.length - 1; i++) {
      if (isOf(names[i], column)) {
        return names[i].substring(names[i].indexOf('=') + 1);
      }
    }
    return null;
  }

  /** A name as it was before a writer escaped it. */
  static String unescaped(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    var bytes = new ByteArrayOutputStream();
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < utf8.length; i++) {
      int value = utf8[i] == '%' && i + 2 < utf8.length ? hex(utf8[i + 1], utf8[i + 2]) : -1;
      bytes.write(value < 0 ? utf8[i] : value);
      i += value < 0 ? 0 : 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return ExternalCatalogUtils.unescapePathName(name); // each %XX is a character
    }
  }

  private static int hex(byte high, byte low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? -1 : first << 4 | second;
  }
}
