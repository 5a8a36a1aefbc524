package io.millrace.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Compares what is written to it with what can be read elsewhere. */
final class SameBytes extends OutputStream {
  private final InputStream other;
  private boolean same = true;

  SameBytes(InputStream other) {
    this.other = other;
  }

  /** Whether all that was written is the same, and no more is there. */
  boolean toTheEnd() throws IOException {
    return same && other.read() < 0;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (same) {
      byte[] there = other.readNBytes(length);
      same = Arrays.equals(bytes, offset, offset + length, there, 0, there.length);
    }
  }
}
