package io.millrace.checkpoint;

import io.millrace.store.WrongInputException;

/**
 * A checkpoint that was read and is not what was written: a file is missing, cut or changed.
 * Nothing else is damage: what cannot be read now may well be whole.
 */
final class DamagedCheckpointException extends WrongInputException {
  private static final long serialVersionUID = 1;

  DamagedCheckpointException(String message) {
    super(message);
  }

  DamagedCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
