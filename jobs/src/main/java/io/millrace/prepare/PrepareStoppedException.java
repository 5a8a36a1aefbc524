package io.millrace.prepare;

/** A {@code prepare} ended early because somebody asked for it; the set is what it was before. */
public final class PrepareStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PrepareStoppedException(String path) {
    super("Stopped on request: %s is as it was before; prepare begins anew".formatted(path));
  }
}
