package io.millrace.check;

import java.io.PrintStream;

/** Counts the cases of a check and prints those that failed. */
public final class CheckReport {
  private final PrintStream out;
  private int passed;
  private int failed;

  public CheckReport(PrintStream out) {
    this.out = out;
  }

  /** A case that came out right. */
  public void pass() {
    passed++;
  }

  /** A case that came out wrong, and how. */
  public void fail(String what) {
    failed++;
    out.println("FAILED " + what);
  }

  /** A case, said either way. */
  public void count(String what, boolean right) {
    if (right) {
      pass();
      say(what);
    } else {
      fail(what);
    }
  }

  /** A line for people. */
  public void say(String line) {
    out.println(line);
  }

  public int passed() {
    return passed;
  }

  public int failed() {
    return failed;
  }

  /** Whether there were cases and none of them failed. */
  boolean isClean() {
    return failed == 0 && passed > 0;
  }

  /** The last line: {@code check=NAME passed=N failed=N}. */
  String summary(String name) {
    return "check=%s passed=%d failed=%d".formatted(name, passed, failed);
  }
}
