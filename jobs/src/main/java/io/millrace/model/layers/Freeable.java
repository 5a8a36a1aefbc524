package io.millrace.model.layers;

/** What has native memory that is better given back than left to the collector. */
interface Freeable {
  /** Gives it back; on the thread that used it, after its last use. */
  void free();

  /** Frees all of these, null ones aside. */
  static void all(Freeable... owners) {
    for (Freeable owner : owners) {
      if (owner != null) {
        owner.free();
      }
    }
  }
}
