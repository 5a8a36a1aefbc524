package io.millrace.foreign;

/** Says in one line why the examples of a foreign RDD cannot be trained on. */
public final class ForeignDataException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Says in one line what is wrong. */
  public ForeignDataException(String message) {
    super(message);
  }

  /** The same, with what made it known. */
  public ForeignDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
