package io.millrace.dataset;

/** The splits of a data set. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST
}
