package io.millrace.source;

/**
 * A file of the source is not what it should be; reading it again would not help. The message names
 * the file and is one line.
 */
public final class BadSourceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public BadSourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
