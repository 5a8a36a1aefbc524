package io.millrace.training;

/** Says in one line why the examples of a foreign RDD cannot be trained on. */
final class ForeignDataException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ForeignDataException(String message) {
    super(message);
  }

  ForeignDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
