package io.millrace.dataset;

import io.millrace.store.WrongInputException;

/** A prepared data set that a newer Millrace wrote. */
public final class NewerFormatException extends WrongInputException {
  private static final long serialVersionUID = 1;

  NewerFormatException(String message) {
    super(message);
  }
}
