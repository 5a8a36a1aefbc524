package io.millrace.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON that guards itself: the SHA-256 of the object's text is its last key, so that no changed or
 * lost byte of a manifest is taken for what was written.
 */
public final class Sealed {
  private static final Pattern SEALED =
      Pattern.compile("(.*),\\n  \"sha256\" : \"([0-9a-f]{64})\"\\n}\\n", Pattern.DOTALL);

  private Sealed() {}

  /** Adds the seal to the text of a JSON object that has a key. */
  public static String seal(String object) {
    String open = object.strip();
    open = open.substring(0, open.length() - 1).stripTrailing();
    return "%s,\n  \"sha256\" : \"%s\"\n}\n".formatted(open, sha256(open));
  }

  /** The object without its seal; empty if the seal is missing or does not match. */
  public static Optional<String> open(String text) {
    Matcher sealed = SEALED.matcher(text);
    return sealed.matches() && sha256(sealed.group(1)).equals(sealed.group(2))
        ? Optional.of(sealed.group(1) + "\n}\n")
        : Optional.empty();
  }

  /** SHA-256 of a text in UTF-8, in hexadecimal. */
  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("SHA-256 is part of every JDK", e);
    }
  }
}
