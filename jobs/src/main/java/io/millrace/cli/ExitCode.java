package io.millrace.cli;

/** What the process says to its caller. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  /** Stopped on request, with a checkpoint to go on from; EX_TEMPFAIL of sysexits.h. */
  static final int STOPPED = 75;

  private ExitCode() {}
}
