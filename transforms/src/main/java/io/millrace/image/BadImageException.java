package io.millrace.image;

/** An image that cannot be decoded: cut short, corrupt, empty, too large or of another format. */
public final class BadImageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** The message becomes {@code Cannot decode image: <reason>}. */
  public BadImageException(String reason) {
    super("Cannot decode image: " + reason);
  }

  BadImageException(String reason, Throwable cause) {
    super("Cannot decode image: " + reason, cause);
  }
}
