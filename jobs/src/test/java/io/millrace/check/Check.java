package io.millrace.check;

/** A check that takes too long for the gate. */
@FunctionalInterface
public interface Check {
  /** Tries all its cases; an exception ends the check as one that failed. */
  void run(CheckReport report) throws Exception;
}
