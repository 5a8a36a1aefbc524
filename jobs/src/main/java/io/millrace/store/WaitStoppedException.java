package io.millrace.store;

/** Somebody asked for the end while a lease was waited for: nothing was begun. */
public final class WaitStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WaitStoppedException() {
    super("Stopped on request while waiting for the folder to become free: nothing was begun");
  }
}
