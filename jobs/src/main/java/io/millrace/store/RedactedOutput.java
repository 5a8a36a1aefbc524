package io.millrace.store;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream of lines for people, without the secrets of this process. What is printed by one call
 * passes as one text, so that a secret is seen whole.
 */
public final class RedactedOutput extends PrintStream {
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
    String hidden = Redaction.of(text);
    if (hidden.equals(text)) {
      super.write(bytes, from, count);
    } else {
      byte[] kept = hidden.getBytes(StandardCharsets.UTF_8);
      super.write(kept, 0, kept.length);
    }
  }
}
