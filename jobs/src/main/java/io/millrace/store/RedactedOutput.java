package io.millrace.store;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A stream of lines for people, without the secrets of this process, and without characters that
 * steer a terminal: names come from lakes, which nobody vouches for. What is printed by one call
 * passes as one text, so that a secret is seen whole.
 */
public final class RedactedOutput extends PrintStream {
  /** Control characters but tabs and ends of lines, and what clears the rest of a progress line. */
  private static final Pattern STEERING = Pattern.compile("(?!\\x1b\\[K)[\\p{Cc}&&[^\t\n\r]]");

  /** Onto another stream. */
  public RedactedOutput(PrintStream out) {
    super(out, true, StandardCharsets.UTF_8);
  }

  /** Puts one before both streams of this process. */
  public static void install() {
    System.setOut(new RedactedOutput(System.out));
    System.setErr(new RedactedOutput(System.err));
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    String text = new String(bytes, from, count, StandardCharsets.UTF_8);
    String hidden = STEERING.matcher(Redaction.of(text)).replaceAll("?");
    if (hidden.equals(text)) {
      super.write(bytes, from, count);
    } else {
      byte[] kept = hidden.getBytes(StandardCharsets.UTF_8);
      super.write(kept, 0, kept.length);
    }
  }
}
