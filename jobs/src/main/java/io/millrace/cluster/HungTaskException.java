package io.millrace.cluster;

/**
 * A task has taken so long that it is taken for one that never ends, such as in native code, where
 * no thread can be stopped. Spark tries it again, on another executor where there is one.
 */
public final class HungTaskException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Says who hangs. */
  public HungTaskException(String message) {
    super(message);
  }
}
