package io.millrace.dataset;

import java.io.IOException;

/** Reads blocks of one prepared data set, straight from Parquet row groups. Runs on executors. */
public interface BlockReader {
  /** Reads a whole block; an unreadable file is named in the exception's message. */
  EncodedBlock read(Block block) throws IOException;
}
