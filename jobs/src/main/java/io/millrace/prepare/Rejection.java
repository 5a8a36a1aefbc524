package io.millrace.prepare;

import io.millrace.source.Splits;
import java.io.Serializable;

/**
 * A row that goes to quarantine.
 *
 * @param file its file, relative to the source
 * @param row its number in the file, from 0
 * @param split its split as the source tells it, or null
 * @param label its label as the source has it, or null
 * @param detail what exactly is wrong
 */
record Rejection(String file, long row, String split, String label, Reason reason, String detail)
    implements Serializable {

  /** The reason, and the split where the source tells one that there is. */
  String reasonAndSplit() {
    boolean told = split != null && Splits.named(split) != null;
    return told ? reason + " in " + split : reason.toString();
  }
}
