package io.millrace.diagnostics;

/** How the figures of a diagnostic are drawn. */
public enum Drawn {
  /** By their order of magnitude. */
  LOGARITHM,
  /** As shares of 1. */
  SHARE,
  /** As they are. */
  NUMBER,
  /** Each figure is a count, named by its bin. */
  HISTOGRAM
}
