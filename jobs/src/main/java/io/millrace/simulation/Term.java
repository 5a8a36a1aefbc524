package io.millrace.simulation;

/** A part of a round's time. */
interface Term {
  /** In a word. */
  String name();

  /** Whose time it is. */
  Place place();

  /** Seconds of a round. */
  double seconds(Round round);

  /** Where a part of a round happens. */
  enum Place {
    WORKERS,
    DRIVER,
    NETWORK
  }
}
