package io.millrace.dataset;

import java.io.IOException;

/** A prepared data set that a newer Millrace wrote. */
public final class NewerFormatException extends IOException {
  private static final long serialVersionUID = 1;

  NewerFormatException(String message) {
    super(message);
  }
}
