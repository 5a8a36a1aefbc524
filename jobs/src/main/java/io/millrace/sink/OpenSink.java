package io.millrace.sink;

import io.millrace.metrics.RunListener;
import java.io.IOException;

/**
 * A sink of a run that is going on. {@link #runEnded} tells that it came to its end; where it does
 * not, one of {@link #runPaused} and {@link #runFailed} does. {@link #close} comes last, when all
 * files of the run are written.
 */
interface OpenSink extends RunListener {
  /** The run ends on request, and may go on later. */
  default void runPaused() throws IOException {}

  /** The run ends by a failure. */
  default void runFailed(Throwable why) throws IOException {}

  /** Nothing more comes. */
  default void close() throws IOException {}
}
