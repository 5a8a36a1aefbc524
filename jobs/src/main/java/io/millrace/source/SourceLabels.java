package io.millrace.source;

import java.util.List;

/** What a source says of the labels of its rows. */
public interface SourceLabels {
  /** Whether labels are numbers of classes, not names. */
  boolean integerLabels();

  /** Class names that the source itself brings in order, empty if none. */
  List<String> classNames();
}
