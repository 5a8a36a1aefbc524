package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of an HDF5 file by address, little-endian: some pages are held, and what lies outside
 * of the file is refused. Looking at many places of it has an end too.
 */
final class HdfBytes {
  private static final int PAGE = 1 << 16;
  private static final int HELD = 64;
  private static final int MOST_LOOKS = 200_000;
  private static final long MOST_BYTES = 64L << 20;

  private final GivenFile file;
  private int looks;
  private long looked;
  private final Map<Long, byte[]> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > HELD;
        }
      };

  HdfBytes(GivenFile file) {
    this.file = file;
  }

  /**
   * A few bytes.
   *
   * @throws WrongInputException if they are not all in the file
   */
  ByteBuffer at(long address, int length) throws IOException {
    require(address, length);
    looked += length;
    if (++looks > MOST_LOOKS || looked > MOST_BYTES) {
      throw new WrongInputException("it has more parts than any model");
    }
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      byte[] page = page((address + done) / PAGE);
      int from = (int) ((address + done) % PAGE);
      int n = Math.min(page.length - from, length - done);
      System.arraycopy(page, from, bytes, done, n);
      done += n;
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Opens the file at an address, of which so many bytes are in the file. */
  InputStream open(long address, long length) throws IOException {
    require(address, length);
    InputStream in = file.open();
    in.skipNBytes(address);
    return in;
  }

  void require(long address, long length) throws IOException {
    if (address < 0 || length < 0 || address > file.size() || length > file.size() - address) {
      throw new WrongInputException(
          "it points to byte %s, outside of itself".formatted(Long.toUnsignedString(address)));
    }
  }

  private byte[] page(long number) throws IOException {
    byte[] page = pages.get(number);
    if (page == null) {
      try (InputStream in = file.open()) {
        in.skipNBytes(number * PAGE);
        page = in.readNBytes((int) Math.min(PAGE, file.size() - number * PAGE));
      }
      pages.put(number, page);
    }
    return page;
  }
}
