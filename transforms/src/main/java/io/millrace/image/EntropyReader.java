package io.millrace.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The coded blocks of a baseline JPEG scan. The scan is first freed of stuffing and cut at restart
 * markers, so that bits can be taken eight bytes at a time and each interval has an exact end: one
 * that is not met to the byte means corrupt data. Not thread-safe.
 */
final class EntropyReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** More bytes than a block can take, so that only blocks check for the end. */
  private static final int SPARE = 512;

  /** Place in the block of the k-th coefficient of the file. */
  private static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  private byte[] clean = new byte[0];
  private int[] ends = new int[16];
  private int intervals;
  private int interval;
  private long bits;
  private int count;
  private int at;
  private int end;

  /** Whether a marker ends the scan, and not the file. */
  private boolean ended;

  /**
   * Takes the scan that starts at {@code from}. It ends at the first marker that no scan holds; a
   * file may end there too, since only what is missing of the pixels matters.
   */
  void open(ByteReader in, int from) {
    int needed = in.length() - from + SPARE;
    if (clean.length < needed) {
      clean = new byte[(int) Math.min(Integer.MAX_VALUE - 8, needed + (long) (needed >> 2))];
    }
    byte[] data = in.data();
    int limit = in.offset() + in.length();
    int run = in.offset() + from;
    int size = 0;
    intervals = 0;
    ended = false;
    for (int i = run; ; i++) {
      while (i < limit && data[i] != -1) {
        i++;
      }
      if (i + 1 >= limit) { // also half a marker
        System.arraycopy(data, run, clean, size, i - run);
        close(size + i - run);
        break;
      }
      int marker = data[i + 1] & 0xff;
      int keep = marker == 0 ? 1 : 0; // a stuffed 0xff is data
      System.arraycopy(data, run, clean, size, i + keep - run);
      size += i + keep - run;
      run = i + 2;
      if (marker == 0xff) { // fill byte
        run = i + 1;
      } else if (marker != 0) {
        boolean restart = marker == 0xd0 + (intervals & 7);
        close(size);
        if (!restart) {
          ended = true;
          break;
        }
      }
      i = run - 1;
    }
    int last = ends[intervals - 1];
    Arrays.fill(clean, last, last + SPARE, (byte) 0); // not those of the image before
    interval = -1;
    end = 0;
    at = 0;
    count = 0;
  }

  private void close(int size) {
    if (intervals == ends.length) {
      ends = Arrays.copyOf(ends, 2 * intervals);
    }
    ends[intervals++] = size;
  }

  /** Starts the next restart interval; the one before must be used up. */
  void nextInterval() {
    finishInterval();
    if (++interval >= intervals) {
      throw tooLittle();
    }
    at = end;
    end = ends[interval];
    bits = 0;
    count = 0;
  }

  /** Checks that all intervals are used up. */
  void finish() {
    finishInterval();
    if (interval != intervals - 1) {
      throw new BadImageException("corrupt JPEG, too much pixel data");
    }
  }

  /**
   * Cameras and web tools leave bytes between the coded data and the marker, which libjpeg steps
   * over. Data that was damaged may end early too, and is told by the padding that ends a scan:
   * ones up to the byte (ITU-T T.81, F.1.2.3).
   */
  private void finishInterval() {
    requireEnough();
    if (used() < end && !padded()) {
      throw new BadImageException("corrupt JPEG, too much pixel data");
    }
  }

  /** Checks that what was read so far is of the interval. */
  void requireEnough() {
    if (used() > end) {
      throw tooLittle();
    }
  }

  private int used() {
    return at - (count >> 3);
  }

  private boolean padded() {
    int left = count & 7;
    return left == 0 || bits >>> (64 - left) == (1 << left) - 1;
  }

  private BadImageException tooLittle() {
    return new BadImageException(
        ended || interval < intervals - 1
            ? "corrupt JPEG, too little pixel data"
            : "truncated JPEG, too little pixel data");
  }

  /**
   * Starts a block: reads what its first coefficient adds to that of the block before, not
   * dequantised. {@link #coefficients} or {@link #skip} has to follow.
   */
  int difference(HuffmanTable dc) {
    if (at > end + 8) {
      throw tooLittle();
    }
    long b = bits;
    int n = count;
    b |= (long) LONG.get(clean, at) >>> n;
    at += (63 - n) >> 3;
    n |= 56;
    int entry = dc.entry(b);
    int length = entry & 31;
    b <<= length;
    n -= length;
    int difference = entry >> 16;
    int size = entry >> 5 & 15;
    if ((entry & HuffmanTable.WHOLE) == 0) {
      difference = 0;
      if (size > 0) {
        difference = HuffmanTable.extend((int) (b >>> (64 - size)), size);
        b <<= size;
        n -= size;
      }
    }
    bits = b;
    count = n;
    return difference;
  }

  /**
   * Reads the other coefficients into {@code block}, which holds zeros, dequantised.
   *
   * @param quantisers in the order of the file
   * @return place in the file's order of the last one that is not zero; 0 if there is none
   */
  int coefficients(HuffmanTable ac, int[] quantisers, int[] block) {
    byte[] data = clean;
    long b = bits;
    int n = count;
    int from = at;
    int last = 0;
    for (int k = 1; k < 64; k++) {
      if (n < 32) {
        b |= (long) LONG.get(data, from) >>> n;
        from += (63 - n) >> 3;
        n |= 56;
      }
      int entry = ac.entry(b);
      int length = entry & 31;
      b <<= length;
      n -= length;
      int run = entry >> 9 & 15;
      int value = entry >> 16;
      if ((entry & HuffmanTable.WHOLE) == 0) {
        int size = entry >> 5 & 15;
        if (size == 0) {
          if (run != 15) {
            break; // end of block
          }
          k += 15;
          check(k);
          continue;
        }
        value = HuffmanTable.extend((int) (b >>> (64 - size)), size);
        b <<= size;
        n -= size;
      }
      k += run;
      check(k);
      block[ZIGZAG[k]] = value * quantisers[k];
      last = k;
    }
    bits = b;
    count = n;
    at = from;
    return last;
  }

  /** Passes over the other coefficients, several at a time. */
  void skip(HuffmanTable ac) {
    byte[] data = clean;
    int[] strides = ac.strides();
    long b = bits;
    int n = count;
    int from = at;
    for (int k = 1; k < 64; ) {
      if (n < 32) {
        b |= (long) LONG.get(data, from) >>> n;
        from += (63 - n) >> 3;
        n |= 56;
      }
      int stride = strides[(int) (b >>> (64 - HuffmanTable.STRIDE))];
      if (stride == 0 || k + (stride >> 8) > 63) {
        stride = ac.step(b);
      }
      int length = stride & 63;
      b <<= length;
      n -= length;
      k += stride >> 8;
      check(k - 1);
      if ((stride & HuffmanTable.LAST) != 0) {
        break;
      }
    }
    bits = b;
    count = n;
    at = from;
  }

  private static void check(int k) {
    if (k > 63) {
      throw new BadImageException("corrupt JPEG, run over the end of a block");
    }
  }
}
