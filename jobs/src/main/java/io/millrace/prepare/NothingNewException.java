package io.millrace.prepare;

/** A source has nothing that was not prepared before. */
public final class NothingNewException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NothingNewException(String source) {
    super("Nothing in %s is new".formatted(source));
  }
}
