package io.millrace.checkpoint;

/** So many checkpoints in a row could not be written that training on would only risk more. */
public final class FailedCheckpointException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  FailedCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
